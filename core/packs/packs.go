// Package packs carries the default packs as source folders, one a pack, for programs that need nothing beside them.
package packs

import "embed"

// FS holds each pack under its id, for example "cn-telecom/pack.yaml". Paths use forward slashes on every system.
//
//go:embed cn-telecom cn-broadband
var FS embed.FS
