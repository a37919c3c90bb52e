// Package bench measures the engines next to each other. It is all tests: `make bench` builds and runs them.
package bench
