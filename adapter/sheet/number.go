package sheet

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

func atoi(s string) int { n, _ := strconv.Atoi(strings.TrimSpace(s)); return n }

// exact turns the text of a stored float into the decimal that a person typed. A file keeps 0.29 as 0.28999999999999998;
// fifteen digits are what every spreadsheet shows and what survives the way there and back.
func exact(raw string) (string, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", false
	}
	return exactFloat(f), true
}

func exactFloat(f float64) string {
	if f == 0 {
		return "0" // also minus zero
	}
	short := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, _, _ := strings.Cut(short, "e")
	if len(strings.TrimLeft(strings.Replace(mantissa, ".", "", 1), "-")) > 15 {
		f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// rat reads a plain decimal. Exponents beyond what money needs are refused, for they would fill the memory.
func rat(s string) (*big.Rat, bool) {
	if s == "" || len(s) > 400 || strings.ContainsAny(s, "/_eEpPxX") {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// decimal prints an exact number without needless zeros; money with more digits than a fen keeps them.
func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	s := r.FloatString(10)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// decimals counts the digits after the point.
func decimals(s string) int {
	_, after, _ := strings.Cut(s, ".")
	return len(after)
}

func pow10(n int) *big.Rat {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(abs(n))), nil)
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
