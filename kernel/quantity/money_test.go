package quantity_test

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

const (
	yuan = quantity.Yuan
	wan  = quantity.Wan
	yi   = quantity.Yi
)

func TestParseMoneyReadsWhatClerksType(t *testing.T) {
	for name, tc := range map[string]struct {
		text   string
		bare   quantity.Fen
		want   quantity.Fen
		approx bool
		prints string
	}{
		"yi with two decimals":                    {"1.20亿", wan, 12000 * wan, false, "1.20亿元"},
		"yi yuan":                                 {"1.2亿元", wan, 12000 * wan, false, "1.20亿元"},
		"wan with a comma":                        {"4,200万元", yuan, 4200 * wan, false, "4,200万元"},
		"wan without yuan":                        {"4,200万", yuan, 4200 * wan, false, "4,200万元"},
		"full width in a column of wan":           {"１２．５", wan, 125_000 * yuan, false, "12.50万元"},
		"full width comma":                        {"4，200", wan, 4200 * wan, false, "4,200万元"},
		"bare number in a column of yuan":         {"1000", yuan, 1000 * yuan, false, "1,000元"},
		"bare number in a column of yi":           {"0.35", yi, 3500 * wan, false, "3,500万元"},
		"about, in front":                         {"约3.5亿", wan, 35000 * wan, true, "约3.50亿元"},
		"about, behind":                           {"3.5亿元左右", wan, 35000 * wan, true, "约3.50亿元"},
		"odd, before the scale":                   {"2000余万元", wan, 2000 * wan, true, "约2,000万元"},
		"odd, behind the scale":                   {"428亿多元", wan, 428 * yi, true, "约428.00亿元"},
		"a tilde in front is about":               {"~3亿", wan, 3 * yi, true, "约3.00亿元"},
		"currency sign is yuan in any column":     {"¥1,000", wan, 1000 * yuan, false, "1,000元"},
		"full width currency sign":                {"￥1,000.50", wan, 100_050, false, "1,000.50元"},
		"renminbi in words":                       {"人民币3亿元", wan, 3 * yi, false, "3.00亿元"},
		"two parts":                               {"1亿2000万", wan, 12000 * wan, false, "1.20亿元"},
		"two parts with zero between":             {"1亿零500万元", wan, 10500 * wan, false, "1.05亿元"},
		"three parts down to fen":                 {"1万2000元5角2分", wan, 1_200_052, false, "12,000.52元"},
		"jiao alone":                              {"5角", wan, 50, false, "0.50元"},
		"minus":                                   {"-3亿", wan, -3 * yi, false, "-3.00亿元"},
		"typographic minus":                       {"−120.5", wan, -1_205_000 * yuan, false, "-120.50万元"},
		"negative in words":                       {"负120万", wan, -120 * wan, false, "-120万元"},
		"minus zero is zero":                      {"-0", wan, 0, false, "0元"},
		"Chinese numerals":                        {"三百万", yuan, 300 * wan, false, "300万元"},
		"Chinese numerals in two parts":           {"两亿三千万元", yuan, 23000 * wan, false, "2.30亿元"},
		"Chinese decimals":                        {"三点五亿", yuan, 35000 * wan, false, "3.50亿元"},
		"capital numerals of a voucher":           {"壹佰贰拾万元整", yuan, 120 * wan, false, "120万元"},
		"Chinese numerals without unit take bare": {"三千", wan, 3000 * wan, false, "3,000万元"},
		"mixed numerals":                          {"3千万", yuan, 3000 * wan, false, "3,000万元"},
		"English":                                 {"1.2 million yuan", wan, 120 * wan, false, "120万元"},
		"spaces all around":                       {"  4,200 万 元　", yuan, 4200 * wan, false, "4,200万元"},
		"what a paste brings along":               {"\ufeff380\u200b亿", wan, 380 * yi, false, "380.00亿元"},
		"one fen":                                 {"0.01元", wan, 1, false, "0.01元"},
		"no zero before the point":                {".5", wan, 5000 * yuan, false, "5,000元"},
		"trillion":                                {"1.2万亿", wan, 12000 * yi, false, "12,000.00亿元"},
		"one fen under the most":                  {"92233720368547758.07元", wan, math.MaxInt64, false, "92,233,720,368,547,758.07元"},
		"the least":                               {"-92233720368547758.08元", wan, math.MinInt64, false, "-92,233,720,368,547,758.08元"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := quantity.ParseMoney(tc.text, tc.bare)
			if err != nil {
				t.Fatalf("%q: %v", tc.text, err)
			}
			if m.Fen != tc.want || m.Approximate != tc.approx || m.Text != tc.text {
				t.Errorf("%q = %d fen, approximate %t, text %q", tc.text, m.Fen, m.Approximate, m.Text)
			}
			if m.String() != tc.prints {
				t.Errorf("%q prints %s, want %s", tc.text, m, tc.prints)
			}
		})
	}
}

func TestParseMoneyRefusesWithReasonAndPlace(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		want  *fault.Fault
		place int
		part  string
	}{
		"nothing":                       {"　 ", quantity.ErrEmpty, 0, ""},
		"a word":                        {"待定", quantity.ErrNoNumber, 1, "待定"},
		"only a unit":                   {"万元", quantity.ErrNoNumber, 1, "万元"},
		"a unit of things":              {"2000万件", quantity.ErrNotMoney, 6, "件"},
		"two points":                    {"1.2.3", quantity.ErrNotUnderstood, 4, ".3"},
		"nothing after the point":       {"5.", quantity.ErrNotUnderstood, 2, "."},
		"comma out of place":            {"12,34", quantity.ErrGrouping, 3, ","},
		"comma after four digits":       {"1234,567", quantity.ErrGrouping, 5, ","},
		"two numbers":                   {"1 200", quantity.ErrNotUnderstood, 3, "200"},
		"finer than a fen":              {"0.001元", quantity.ErrBelowFen, 0, ""},
		"finer than a fen in wan":       {"0.0000001", quantity.ErrBelowFen, 0, ""},
		"one fen over the most":         {"92233720368547758.08元", quantity.ErrTooLarge, 0, ""},
		"far too large":                 {"99999999999999999999亿", quantity.ErrTooLarge, 0, ""},
		"a range":                       {"3-5亿", quantity.ErrRange, 2, "-"},
		"a range in words":              {"3亿至5亿", quantity.ErrRange, 3, "至"},
		"a bound behind":                {"3亿元以上", quantity.ErrBound, 4, "以上"},
		"a bound in front":              {"超过3亿", quantity.ErrBound, 1, "超过"},
		"foreign currency":              {"300万美元", quantity.ErrCurrency, 5, "美元"},
		"small before large":            {"2000万1亿", quantity.ErrUnitOrder, 6, "1亿"},
		"a part as large as its whole":  {"1亿10000万", quantity.ErrUnitOrder, 3, "10000万"},
		"decimals before another part":  {"1.5亿2000万", quantity.ErrUnitOrder, 5, "2000万"},
		"a tail of unknown size":        {"1亿2000", quantity.ErrTail, 3, "2000"},
		"a tail as people speak":        {"3万5", quantity.ErrTail, 3, "5"},
		"a numeral as people speak":     {"三百五万", quantity.ErrNumeral, 1, "三百五"},
		"digits in words":               {"二三万", quantity.ErrNumeral, 1, "二三"},
		"two signs":                     {"--3", quantity.ErrNotUnderstood, 2, "-3"},
		"text behind":                   {"3亿元（含税）", quantity.ErrNotUnderstood, 4, "（含税）"},
		"an exponent":                   {"1e9", quantity.ErrNotUnderstood, 2, "e9"},
		"too long":                      {"1" + string(make([]byte, 100)) + "1", quantity.ErrTooLong, 0, ""},
		"place counts from first sign ": {"  1.2.3", quantity.ErrNotUnderstood, 4, ".3"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := quantity.ParseMoney(tc.text, wan)
			if !errors.Is(err, tc.want) {
				t.Fatalf("%q: got %v, %v, want %v", tc.text, m, err, tc.want)
			}
			f, _ := fault.Of(err)
			if tc.place > 0 && (f.Args["place"] != tc.place || f.Args["part"] != tc.part) {
				t.Errorf("%q: place %v part %v, want %d %s", tc.text, f.Args["place"], f.Args["part"], tc.place, tc.part)
			}
			mustSay(t, err)
		})
	}
}

// mustSay fails when the reader of a refusal would see a hole in its sentence.
func mustSay(t *testing.T, err error) {
	t.Helper()
	f, ok := fault.Of(err)
	if !ok {
		t.Fatalf("%v is no fault", err)
	}
	for _, lang := range []words.Lang{words.Zh, words.En} {
		said := words.Say(lang, "fault."+f.Code, f.Args)
		for _, hole := range "{}⟦" {
			for _, c := range said {
				if c == hole {
					t.Errorf("%s %s: %s", lang, f.Code, said)
				}
			}
		}
	}
}

func TestFenPrintsTheLargestExactUnit(t *testing.T) {
	for want, f := range map[string]quantity.Fen{
		"1.00亿元": yi, "1.01亿元": yi + 100*wan, "10,050万元": yi + 50*wan, "10,000.01万元": yi + 100*yuan, "100,000,001元": yi + yuan,
		"9,999万元": yi - wan, "1万元": wan, "9,999元": wan - yuan, "-1.20亿元": -12000 * wan, "0元": 0, "0.10元": 10, "-0.01元": -1,
	} {
		if f.String() != want {
			t.Errorf("%d fen prints %s, want %s", int64(f), f, want)
		}
	}
}

func TestFenRefusesToTurnOver(t *testing.T) {
	const most, least = quantity.Fen(math.MaxInt64), quantity.Fen(math.MinInt64)
	for name, tc := range map[string]struct {
		got func() (quantity.Fen, error)
		ok  bool
	}{
		"up to the most":         {func() (quantity.Fen, error) { return (most - 1).Add(1) }, true},
		"over the most":          {func() (quantity.Fen, error) { return most.Add(1) }, false},
		"down to the least":      {func() (quantity.Fen, error) { return (least + 1).Sub(1) }, true},
		"under the least":        {func() (quantity.Fen, error) { return least.Sub(1) }, false},
		"minus the least":        {func() (quantity.Fen, error) { return quantity.Fen(0).Sub(least) }, false},
		"minus the least from -": {func() (quantity.Fen, error) { return quantity.Fen(-1).Sub(least) }, true},
		"a sum that comes back":  {func() (quantity.Fen, error) { return quantity.Sum(most, most, -most) }, true},
		"a sum that does not":    {func() (quantity.Fen, error) { return quantity.Sum(most, 1) }, false},
	} {
		if _, err := tc.got(); (err == nil) != tc.ok {
			t.Errorf("%s: %v", name, err)
		} else if err != nil {
			mustSay(t, err)
		}
	}
}

func TestFenOfRatIsExactOrNothing(t *testing.T) {
	if f, ok := quantity.FenOfRat(big.NewRat(1, 4)); !ok || f != 25 {
		t.Errorf("a quarter of a yuan is %d, %t", f, ok)
	}
	if _, ok := quantity.FenOfRat(big.NewRat(1, 3)); ok {
		t.Error("a third of a yuan is no whole number of fen")
	}
	if f, err := quantity.RoundFen(big.NewRat(-1, 200)); err != nil || f != -1 {
		t.Errorf("half a fen below zero rounds to %d, %v", f, err)
	}
}

func TestFenProperties(t *testing.T) {
	fen := rapid.Custom(func(t *rapid.T) quantity.Fen { return quantity.Fen(rapid.Int64().Draw(t, "fen")) })
	rapid.Check(t, func(t *rapid.T) {
		a, b := fen.Draw(t, "a"), fen.Draw(t, "b")
		exact := new(big.Int).Add(big.NewInt(int64(a)), big.NewInt(int64(b)))
		sum, err := a.Add(b)
		if (err == nil) != exact.IsInt64() {
			t.Fatalf("%d + %d: %v", a, b, err)
		}
		if err == nil {
			if back, err := sum.Sub(b); err != nil || back != a {
				t.Fatalf("%d + %d - %d = %d, %v", a, b, b, back, err)
			}
		}
		if f, ok := quantity.FenOfRat(a.Rat()); !ok || f != a {
			t.Fatalf("%d fen as yuan come back as %d", a, f)
		}
		m := quantity.Money{Fen: a, Approximate: rapid.Bool().Draw(t, "approximate")}
		bare := rapid.SampledFrom([]quantity.Fen{yuan, wan, yi}).Draw(t, "bare")
		if back, err := quantity.ParseMoney(m.String(), bare); err != nil || !back.Same(m) {
			t.Fatalf("%s reads back as %s, %v", m, back, err)
		}
	})
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"1.20亿", "4,200万元", "１２．５", "约3.5亿", "¥1,000", "1亿2000万", "负三百万", "2000余万元", "3元5角2分", "1.2.3", "3-5亿", "一千零五十万", "~3亿左右", "1亿零5元", "5千", "+3", "百", "千万", "零零", "三点", "\xff3"} {
		f.Add(s, int64(wan))
	}
	f.Fuzz(func(t *testing.T, s string, bare int64) {
		m, err := quantity.ParseMoney(s, quantity.Fen(bare))
		if err != nil {
			if !strings.ContainsAny(s, "{}⟦") {
				mustSay(t, err)
			}
			return
		}
		if back, err := quantity.ParseMoney(m.String(), wan); err != nil || !back.Same(m) {
			t.Fatalf("%q reads as %s, which reads back as %s, %v", s, m, back, err)
		}
	})
}
