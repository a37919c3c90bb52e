;; A guest that keeps to the ABI and misbehaves on demand, by the first byte of what it is given:
;;   u  unreachable            r  calls itself until the stack is gone
;;   x  exits through WASI     l  loops for ever
;;   g  grows its memory first, then answers
;; Any other input is answered with itself. `load` refuses a pack that begins with '!' and otherwise says how many
;; loads this instance has seen.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (memory (export "memory") 4)
  (global $top (mut i32) (i32.const 4096))
  (global $loads (mut i32) (i32.const 0))
  (data (i32.const 1024) "{\"ok\":true,\"id\":\"p\",\"version\":\"0\",\"pack\":\"sha256:00\"}")
  (data (i32.const 1536) "{\"ok\":false,\"code\":\"pack_format\",\"path\":\"format\",\"message\":\"no pack\"}")
  (func (export "_initialize"))
  (func (export "alloc") (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $top))
    (global.set $top (i32.add (global.get $top) (local.get $size)))
    (block $fits
      (br_if $fits (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
      (drop (memory.grow (i32.add (i32.const 1) (i32.shr_u (local.get $size) (i32.const 16))))))
    (local.get $at))
  (func (export "free") (param i32))
  (func $span (param $at i32) (param $length i32) (result i64)
    (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32)) (i64.extend_i32_u (local.get $length))))
  (func $deep (param i32) (result i32)
    (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
  (func (export "load") (param $at i32) (param $length i32) (param $engine i32) (result i64)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 33)) ;; !
      (then (return (call $span (i32.const 1536) (i32.const 69)))))
    (global.set $loads (i32.add (global.get $loads) (i32.const 1)))
    ;; the version's digit
    (i32.store8 (i32.const 1055) (i32.add (i32.const 48) (global.get $loads)))
    (call $span (i32.const 1024) (i32.const 53)))
  (func (export "decide") (param $at i32) (param $length i32) (result i64)
    (local $byte i32)
    (local.set $byte (i32.load8_u (local.get $at)))
    (if (i32.eq (local.get $byte) (i32.const 117)) (then unreachable))
    (if (i32.eq (local.get $byte) (i32.const 114)) (then (drop (call $deep (i32.const 0)))))
    (if (i32.eq (local.get $byte) (i32.const 120)) (then (call $exit (i32.const 2))))
    (if (i32.eq (local.get $byte) (i32.const 108)) (then (loop $again (br $again))))
    (if (i32.eq (local.get $byte) (i32.const 103)) (then (drop (memory.grow (i32.const 16)))))
    (call $span (local.get $at) (local.get $length)))
)
