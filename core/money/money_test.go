package money_test

import (
	"math"
	"math/big"
	"testing"

	"koujing/core/money"
)

// edges are the values arithmetic goes wrong at.
var edges = []int64{
	math.MinInt64, math.MinInt64 + 1, math.MinInt64 + 2, -1 << 62, -3037000500, -100, -3, -2, -1, 0,
	1, 2, 3, 7, 10, 99, 100, 3037000499, 3037000500, 1<<62 - 1, 1 << 62, math.MaxInt64 - 1, math.MaxInt64,
}

func fits(n *big.Int) bool { return n.IsInt64() && n.Int64() != math.MinInt64 }

// check compares with the exact result; a nil one means that the operation must refuse.
func check(t *testing.T, name string, got money.Fen, ok bool, want *big.Int) {
	t.Helper()
	if want != nil && !fits(want) {
		want = nil
	}
	switch {
	case ok != (want != nil):
		t.Errorf("%s ok = %t, exact result %v", name, ok, want)
	case ok && int64(got) != want.Int64():
		t.Errorf("%s = %d, want %v", name, got, want)
	}
}

func arithmetic(t *testing.T, a, b int64) {
	x, y := big.NewInt(a), big.NewInt(b)
	sum, difference := new(big.Int).Add(x, y), new(big.Int).Sub(x, y)
	product := new(big.Int).Mul(x, y)
	if a == math.MinInt64 || b == math.MinInt64 {
		sum, difference, product = nil, nil, nil
	}
	got, ok := money.Add(money.Fen(a), money.Fen(b))
	check(t, "Add", got, ok, sum)
	got, ok = money.Sub(money.Fen(a), money.Fen(b))
	check(t, "Sub", got, ok, difference)
	got, ok = money.Mul(money.Fen(a), b)
	check(t, "Mul", got, ok, product)
	if t.Failed() {
		t.Fatalf("a = %d, b = %d", a, b)
	}
}

// exactShare rounds the exact fraction by the definition of each rounding.
func exactShare(amount, num, den int64, r money.Rounding) *big.Int {
	if den <= 0 || amount == math.MinInt64 || num == math.MinInt64 {
		return nil
	}
	product := new(big.Int).Mul(big.NewInt(amount), big.NewInt(num))
	exact := new(big.Rat).SetFrac(product, big.NewInt(den))
	down := new(big.Int).Quo(product, big.NewInt(den)) // towards zero
	away := new(big.Int).Add(down, big.NewInt(int64(product.Sign())))
	rest := new(big.Rat).Abs(new(big.Rat).Sub(exact, new(big.Rat).SetInt(down)))
	half := rest.Cmp(big.NewRat(1, 2))
	up := false
	switch r {
	case money.Up:
		up = rest.Sign() > 0
	case money.HalfUp:
		up = half >= 0
	case money.HalfEven:
		up = half > 0 || half == 0 && down.Bit(0) == 1
	}
	if up {
		return away
	}
	return down
}

var roundings = []money.Rounding{money.Down, money.Up, money.HalfUp, money.HalfEven}

func sharing(t *testing.T, amount, num, den int64) {
	for _, r := range roundings {
		got, ok := money.Share(money.Fen(amount), num, den, r)
		check(t, "Share "+r.String(), got, ok, exactShare(amount, num, den, r))
		if t.Failed() {
			t.Fatalf("amount = %d, num = %d, den = %d", amount, num, den)
		}
	}
}

func TestEdges(t *testing.T) {
	for _, a := range edges {
		for _, b := range edges {
			arithmetic(t, a, b)
			for _, c := range edges {
				sharing(t, a, b, c)
			}
		}
	}
}

// TestSmall walks every small share, where halves are common.
func TestSmall(t *testing.T) {
	for amount := int64(-25); amount <= 25; amount++ {
		for num := int64(-6); num <= 6; num++ {
			for den := int64(-1); den <= 12; den++ {
				sharing(t, amount, num, den)
			}
		}
	}
}

// TestWholeFenOfAllOnes shares so that the quotient is 2^64-1 with a rest of a half: were that
// rounded before it is found too large, it would be 0.
func TestWholeFenOfAllOnes(t *testing.T) {
	// 2^96 - 2^31 in two factors.
	sharing(t, 1<<31*8191, 31*145295143558111, 1<<32)
}

func FuzzArithmetic(f *testing.F) {
	f.Add(int64(1500), int64(500), int64(3))
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64))
	f.Add(int64(math.MinInt64+1), int64(-1), int64(1))
	f.Fuzz(func(t *testing.T, a, b, c int64) {
		arithmetic(t, a, b)
		sharing(t, a, b, c)
	})
}

func TestRoundingNames(t *testing.T) {
	for _, r := range roundings {
		if again, ok := money.ParseRounding(r.String()); !ok || again != r {
			t.Errorf("%s reads as %v", r, again)
		}
	}
	if r, ok := money.ParseRounding("half_odd"); ok {
		t.Errorf("half_odd reads as %v", r)
	}
}

func TestAppendYuan(t *testing.T) {
	for amount, want := range map[money.Fen]string{
		0: "0", 5: "0.05", 10: "0.10", 99: "0.99", 100: "1", 1990: "19.90", 2000: "20", 2001: "20.01",
		100_000_000_000: "1000000000", -5: "-0.05", -2000: "-20",
		money.Max: "92233720368547758.07", money.Min: "-92233720368547758.07", money.Min - 1: "-92233720368547758.08",
	} {
		if got := string(money.AppendYuan([]byte("¥"), amount)); got != "¥"+want {
			t.Errorf("AppendYuan(%d) = %s, want ¥%s", amount, got, want)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	buffer := make([]byte, 0, 32)
	if n := testing.AllocsPerRun(100, func() {
		share, _ := money.Share(1990, 2, 3, money.HalfEven)
		buffer = money.AppendYuan(buffer[:0], share)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
