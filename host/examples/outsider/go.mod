module example.com/outsider

go 1.26.0

require koujing v0.0.0

require (
	github.com/goccy/go-json v0.12.0 // indirect
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace koujing => ../../..
