;; The loop of scan.wat by relaxed SIMD, which multiplies sixteen pairs of 8-bit numbers where the
;; standard multiplies eight of 16 bits. Same arguments, same hits; other rows and queries:
;;
;; A row is `stride` bytes (a multiple of 16), each 64 more than the number, so 1 to 127, then f32
;; scale, f32 error. A query is `stride` signed bytes. scan4 takes four: first the sums that each
;; begins with, eight of 16 bits for each of the four, which take the 64 off again; then the
;; elements, interleaved by sixteen. scan1 takes one, the same without interleaving.
;;
;; Sums are of 16 bits and may wrap on the way, but not at the end: ../quantise-narrow.ts limits the
;; queries so. That rows have 7 bits is what leaves nothing of the instruction to the processor, and
;; scalar-kernel.ts says the same in TypeScript.
;; Built to dist/src/index/kernel/relaxed.wasm by build.mjs.
(module
  (import "host" "memory" (memory 0 65536))

  ;; Compares `count` rows from `row` with four queries. Returns the number of hits, at most
  ;; `count`.
  (func (export "scan4")
    (param $row i32) (param $count i32) (param $stride i32)
    (param $queries i32) (param $limits i32) (param $hits i32) (result i32)
    (local $a i32) (local $b i32) (local $q i32)
    (local $index i32) (local $end i32) (local $hit i32) (local $mask i32)
    ;; Sixteen elements of rows a and b, of one query, and the sums of each pair.
    (local $xa v128) (local $xb v128) (local $y v128)
    (local $a0 v128) (local $a1 v128) (local $a2 v128) (local $a3 v128)
    (local $b0 v128) (local $b1 v128) (local $b2 v128) (local $b3 v128)
    (local $low v128) (local $high v128) (local $bound v128)
    (local.set $hit (local.get $hits))
    (local.set $b (local.get $row))
    (loop $rows
      ;; $b stands behind the last row, or at the very first.
      (local.set $a (local.get $b))
      (local.set $b (i32.add (i32.add (local.get $a) (local.get $stride)) (i32.const 8)))
      (local.set $end (i32.add (local.get $a) (local.get $stride)))
      (local.set $q (i32.add (local.get $queries) (i32.const 64)))
      (local.set $a0 (v128.load (local.get $queries)))
      (local.set $a1 (v128.load offset=16 (local.get $queries)))
      (local.set $a2 (v128.load offset=32 (local.get $queries)))
      (local.set $a3 (v128.load offset=48 (local.get $queries)))
      (local.set $b0 (v128.load (local.get $queries)))
      (local.set $b1 (v128.load offset=16 (local.get $queries)))
      (local.set $b2 (v128.load offset=32 (local.get $queries)))
      (local.set $b3 (v128.load offset=48 (local.get $queries)))
      (loop $elements
        (local.set $xa (v128.load (local.get $a)))
        (local.set $xb (v128.load (local.get $b)))
        (local.set $y (v128.load (local.get $q)))
        (local.set $a0 (i16x8.add (local.get $a0)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (local.get $xa))))
        (local.set $b0 (i16x8.add (local.get $b0)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (local.get $xb))))
        (local.set $y (v128.load offset=16 (local.get $q)))
        (local.set $a1 (i16x8.add (local.get $a1)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (local.get $xa))))
        (local.set $b1 (i16x8.add (local.get $b1)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (local.get $xb))))
        (local.set $y (v128.load offset=32 (local.get $q)))
        (local.set $a2 (i16x8.add (local.get $a2)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (local.get $xa))))
        (local.set $b2 (i16x8.add (local.get $b2)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (local.get $xb))))
        (local.set $y (v128.load offset=48 (local.get $q)))
        (local.set $a3 (i16x8.add (local.get $a3)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (local.get $xa))))
        (local.set $b3 (i16x8.add (local.get $b3)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (local.get $xb))))
        (local.set $q (i32.add (local.get $q) (i32.const 64)))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (br_if $elements
          (i32.lt_u (local.tee $a (i32.add (local.get $a) (i32.const 16))) (local.get $end))))
      ;; $a and $b stand at the scales of their rows now.
      (local.set $a0 (i32x4.extadd_pairwise_i16x8_s (local.get $a0)))
      (local.set $a1 (i32x4.extadd_pairwise_i16x8_s (local.get $a1)))
      (local.set $a2 (i32x4.extadd_pairwise_i16x8_s (local.get $a2)))
      (local.set $a3 (i32x4.extadd_pairwise_i16x8_s (local.get $a3)))
      (local.set $b0 (i32x4.extadd_pairwise_i16x8_s (local.get $b0)))
      (local.set $b1 (i32x4.extadd_pairwise_i16x8_s (local.get $b1)))
      (local.set $b2 (i32x4.extadd_pairwise_i16x8_s (local.get $b2)))
      (local.set $b3 (i32x4.extadd_pairwise_i16x8_s (local.get $b3)))

      ;; Row a: four vectors of partial sums become one of the four sums, then of the four bounds.
      (local.set $low (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (local.get $a0) (local.get $a1))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $a0) (local.get $a1))))
      (local.set $high (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (local.get $a2) (local.get $a3))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $a2) (local.get $a3))))
      (local.set $bound (f32x4.add
        (f32x4.mul
          (f32x4.convert_i32x4_s (i32x4.add
            (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
              (local.get $low) (local.get $high))
            (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
              (local.get $low) (local.get $high))))
          (v128.load32_splat (local.get $a)))
        (f32x4.mul (v128.load32_splat offset=4 (local.get $a)) (v128.load (local.get $limits)))))
      (local.set $mask
        (i32x4.bitmask (f32x4.ge (local.get $bound) (v128.load offset=16 (local.get $limits)))))
      (if (local.get $mask)
        (then
          (i32.store (local.get $hit) (local.get $index))
          (i32.store offset=4 (local.get $hit) (local.get $mask))
          (v128.store offset=16 (local.get $hit) (local.get $bound))
          (local.set $hit (i32.add (local.get $hit) (i32.const 32)))))

      ;; Row b: the same.
      (local.set $low (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (local.get $b0) (local.get $b1))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $b0) (local.get $b1))))
      (local.set $high (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (local.get $b2) (local.get $b3))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $b2) (local.get $b3))))
      (local.set $bound (f32x4.add
        (f32x4.mul
          (f32x4.convert_i32x4_s (i32x4.add
            (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
              (local.get $low) (local.get $high))
            (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
              (local.get $low) (local.get $high))))
          (v128.load32_splat (local.get $b)))
        (f32x4.mul (v128.load32_splat offset=4 (local.get $b)) (v128.load (local.get $limits)))))
      (local.set $mask
        (i32x4.bitmask (f32x4.ge (local.get $bound) (v128.load offset=16 (local.get $limits)))))
      (if (local.get $mask)
        (then
          (i32.store (local.get $hit) (i32.add (local.get $index) (i32.const 1)))
          (i32.store offset=4 (local.get $hit) (local.get $mask))
          (v128.store offset=16 (local.get $hit) (local.get $bound))
          (local.set $hit (i32.add (local.get $hit) (i32.const 32)))))

      (local.set $b (i32.add (local.get $b) (i32.const 8)))
      (br_if $rows
        (i32.lt_u
          (local.tee $index (i32.add (local.get $index) (i32.const 2)))
          (local.get $count))))
    (i32.shr_u (i32.sub (local.get $hit) (local.get $hits)) (i32.const 5)))

  ;; Compares `count` rows from `row` with one query. Returns the number of hits, at most a quarter
  ;; of `count`.
  (func (export "scan1")
    (param $row i32) (param $count i32) (param $stride i32)
    (param $query i32) (param $limits i32) (param $hits i32) (result i32)
    (local $r0 i32) (local $r1 i32) (local $r2 i32) (local $r3 i32) (local $q i32)
    (local $size i32) (local $index i32) (local $end i32) (local $hit i32) (local $mask i32)
    (local $y v128) (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $low v128) (local $high v128) (local $bound v128)
    (local.set $hit (local.get $hits))
    (local.set $size (i32.add (local.get $stride) (i32.const 8)))
    (local.set $r3 (i32.sub (local.get $row) (i32.const 8)))
    (loop $rows
      ;; $r3 stands at the scale of the last row, 8 bytes before the next one.
      (local.set $r0 (i32.add (local.get $r3) (i32.const 8)))
      (local.set $r1 (i32.add (local.get $r0) (local.get $size)))
      (local.set $r2 (i32.add (local.get $r1) (local.get $size)))
      (local.set $r3 (i32.add (local.get $r2) (local.get $size)))
      (local.set $end (i32.add (local.get $r0) (local.get $stride)))
      (local.set $q (i32.add (local.get $query) (i32.const 16)))
      (local.set $s0 (v128.load (local.get $query)))
      (local.set $s1 (v128.load (local.get $query)))
      (local.set $s2 (v128.load (local.get $query)))
      (local.set $s3 (v128.load (local.get $query)))
      (loop $elements
        (local.set $y (v128.load (local.get $q)))
        (local.set $s0 (i16x8.add (local.get $s0)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (v128.load (local.get $r0)))))
        (local.set $s1 (i16x8.add (local.get $s1)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (v128.load (local.get $r1)))))
        (local.set $s2 (i16x8.add (local.get $s2)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (v128.load (local.get $r2)))))
        (local.set $s3 (i16x8.add (local.get $s3)
          (i16x8.relaxed_dot_i8x16_i7x16_s (local.get $y) (v128.load (local.get $r3)))))
        (local.set $q (i32.add (local.get $q) (i32.const 16)))
        (local.set $r1 (i32.add (local.get $r1) (i32.const 16)))
        (local.set $r2 (i32.add (local.get $r2) (i32.const 16)))
        (local.set $r3 (i32.add (local.get $r3) (i32.const 16)))
        (br_if $elements
          (i32.lt_u (local.tee $r0 (i32.add (local.get $r0) (i32.const 16))) (local.get $end))))
      (local.set $s0 (i32x4.extadd_pairwise_i16x8_s (local.get $s0)))
      (local.set $s1 (i32x4.extadd_pairwise_i16x8_s (local.get $s1)))
      (local.set $s2 (i32x4.extadd_pairwise_i16x8_s (local.get $s2)))
      (local.set $s3 (i32x4.extadd_pairwise_i16x8_s (local.get $s3)))

      (local.set $low (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (local.get $s0) (local.get $s1))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $s0) (local.get $s1))))
      (local.set $high (i32x4.add
        (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (local.get $s2) (local.get $s3))
        (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
          (local.get $s2) (local.get $s3))))
      (local.set $bound (f32x4.mul
        (f32x4.convert_i32x4_s (i32x4.add
          (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
            (local.get $low) (local.get $high))
          (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
            (local.get $low) (local.get $high))))
        (v128.load32_lane 3 (local.get $r3) (v128.load32_lane 2 (local.get $r2)
          (v128.load32_lane 1 (local.get $r1) (v128.load32_zero (local.get $r0)))))))
      (local.set $bound (f32x4.add (local.get $bound) (f32x4.mul
        (v128.load32_lane offset=4 3 (local.get $r3) (v128.load32_lane offset=4 2 (local.get $r2)
          (v128.load32_lane offset=4 1 (local.get $r1)
            (v128.load32_zero offset=4 (local.get $r0)))))
        (v128.load32_splat (local.get $limits)))))
      (local.set $mask (i32x4.bitmask
        (f32x4.ge (local.get $bound) (v128.load32_splat offset=16 (local.get $limits)))))
      (if (local.get $mask)
        (then
          (i32.store (local.get $hit) (local.get $index))
          (i32.store offset=4 (local.get $hit) (local.get $mask))
          (v128.store offset=16 (local.get $hit) (local.get $bound))
          (local.set $hit (i32.add (local.get $hit) (i32.const 32)))))
      (br_if $rows
        (i32.lt_u
          (local.tee $index (i32.add (local.get $index) (i32.const 4)))
          (local.get $count))))
    (i32.shr_u (i32.sub (local.get $hit) (local.get $hits)) (i32.const 5))))
