// Command empty is a guest that does nothing: what a module of Go weighs before any of ours.
package main

func main() {}
