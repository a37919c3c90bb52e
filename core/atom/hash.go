package atom

// Odd constants of the mixing steps: the golden ratio, and two primes with about half their bits set.
const (
	mixA = 0x9e3779b97f4a7c15
	mixB = 0xd6e8feb86659fd93
	mixC = 0xff51afd7ed558ccd
)

// Hash is the hash the tables here and the key indexes of the case decoder use: eight bytes a step, no seed, the same on
// every machine. It is no defence against chosen collisions; those who hash unbounded hostile input must bound the count.
func Hash(b []byte) uint64 {
	n := len(b)
	h := uint64(n) * mixA
	switch {
	case n >= 8:
		for i := 0; i < n-8; i += 8 {
			h = (h ^ load64(b[i:])) * mixB
			h ^= h >> 32
		}
		// The last eight bytes overlap the step before: no byte-wise tail.
		h ^= load64(b[n-8:])
	case n >= 4:
		h ^= load32(b) | load32(b[n-4:])<<32
	case n > 0:
		h ^= uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16
	}
	h *= mixB
	h ^= h >> 32
	h *= mixC
	return h ^ h>>29
}

// The compiler makes one load of these.

func load64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

func load32(b []byte) uint64 {
	_ = b[3]
	return uint64(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
}
