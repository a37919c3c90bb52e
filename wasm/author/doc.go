//go:build !wasip1

// Command author builds only for GOOS=wasip1; on any other platform it says so.
package main

func main() { println("this is the guest koujing-author.wasm: run `make wasm`") }
