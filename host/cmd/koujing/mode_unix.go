//go:build unix

package main

import "io/fs"

// open tells whether others than its owner can read a file.
func open(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }
