package special

import "math"

// Stream is a row of random numbers without state: the n-th number depends on the key and on n alone, so that results do not
// depend on order or on the number of cores, and a what-if draws the same numbers as the run that it is compared with.
type Stream uint64

const golden = 0x9E3779B97F4A7C15

// NewStream makes the row of a seed and of the things that it is for, such as a promise's id.
func NewStream(seed uint64, names ...string) Stream {
	h := seed ^ 0xcbf29ce484222325
	for _, name := range names {
		for i := range len(name) {
			h = (h ^ uint64(name[i])) * 0x100000001b3
		}
		h = mix64(h + golden)
	}
	return Stream(mix64(h))
}

// Sub is the row of a numbered part.
func (s Stream) Sub(i int) Stream { return Stream(mix64(uint64(s) + uint64(i+1)*0xD1342543DE82EF95)) }

// mix64 is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix64(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// Bits is the n-th number as 64 bits.
func (s Stream) Bits(n int) uint64 { return mix64(uint64(s) + uint64(n+1)*golden) }

// U is the n-th number in (0, 1), never 0 or 1.
func (s Stream) U(n int) float64 { return (float64(s.Bits(n)>>11) + 0.5) / (1 << 53) }

// Normal is the n-th standard normal number.
func (s Stream) Normal(n int) float64 { return NormalQuantile(s.U(n)) }

// Exp is the n-th number of the exponential distribution of mean 1.
func (s Stream) Exp(n int) float64 { return -math.Log(s.U(n)) }

// Int is the n-th number in 0 … below−1; its bias is below below/2⁶⁴.
func (s Stream) Int(n, below int) int { return int(float64(below) * s.U(n)) }
