package quantity_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shigan/kernel/fault"
	"shigan/kernel/quantity"
	"shigan/kernel/words"
)

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

func TestParseNumberReadsWhatClerksType(t *testing.T) {
	for name, tc := range map[string]struct {
		text   string
		want   string
		unit   quantity.Unit
		approx bool
		prints string
	}{
		"percent is a fraction":             {"35%", "7/20", quantity.UnitShare, false, "35%"},
		"full width percent":                {"３５．５％", "71/200", quantity.UnitShare, false, "35.5%"},
		"more than all stays":               {"115%", "23/20", quantity.UnitShare, false, "115%"},
		"percent in words":                  {"百分之三十五", "7/20", quantity.UnitShare, false, "35%"},
		"tenths":                            {"3成", "3/10", quantity.UnitShare, false, "30%"},
		"thousandths":                       {"5‰", "1/200", quantity.UnitShare, false, "0.5%"},
		"points are a fraction too":         {"30个百分点", "3/10", quantity.UnitPoints, false, "30个百分点"},
		"points for short":                  {"-3.4点", "-17/500", quantity.UnitPoints, false, "-3.4个百分点"},
		"decimals":                          {"１２．５", "25/2", quantity.UnitNumber, false, "12.5"},
		"a fraction":                        {"1/3", "1/3", quantity.UnitNumber, false, "1/3"},
		"a fraction with a unit":            {"1/3亩", "1/3", quantity.UnitMu, false, "1/3亩"},
		"mu":                                {"500亩", "500", quantity.UnitMu, false, "500亩"},
		"wan of vehicles":                   {"2.5万辆", "25000", quantity.UnitVehicle, false, "25,000辆"},
		"odd items":                         {"190余项", "190", quantity.UnitItem, true, "约190项"},
		"about, behind the unit":            {"500亩左右", "500", quantity.UnitMu, true, "约500亩"},
		"money keeps its unit":              {"4200万元", "4200", quantity.UnitWanYuan, false, "4,200万元"},
		"yi of money":                       {"约3.5亿元", "3.5", quantity.UnitYiYuan, true, "约3.5亿元"},
		"money in two parts is yuan":        {"1亿2000万元", "120000000", quantity.UnitYuan, false, "120,000,000元"},
		"currency sign":                     {"¥1,000", "1000", quantity.UnitYuan, false, "1,000元"},
		"per mu":                            {"26.01万元/亩", "26.01", quantity.UnitWanYuanPerMu, false, "26.01万元/亩"},
		"a unit that begins like a scale":   {"5千瓦", "5", quantity.UnitKw, false, "5千瓦"},
		"a scale before such a unit":        {"5万千瓦", "50000", quantity.UnitKw, false, "50,000千瓦"},
		"a unit with a scale of its own":    {"5万千瓦时", "5", quantity.UnitWanKwh, false, "5万千瓦时"},
		"coal":                              {"1.5万吨标准煤", "15000", quantity.UnitTce, false, "15,000吨标煤"},
		"working days":                      {"5个工作日", "5", quantity.UnitWorkday, false, "5个工作日"},
		"months":                            {"十八个月", "18", quantity.UnitMonth, false, "18个月"},
		"households in words":               {"一千二百户", "1200", quantity.UnitHousehold, false, "1,200户"},
		"yi without a unit":                 {"1.2亿", "120000000", quantity.UnitNumber, false, "120,000,000"},
		"English in capitals":               {"12 KM", "12", quantity.UnitKm, false, "12公里"},
		"twelve decimals are the most":      {"0.000000000001", "1/1000000000000", quantity.UnitNumber, false, "0.000000000001"},
		"negative percent in words":         {"负百分之五", "-1/20", quantity.UnitShare, false, "-5%"},
		"one third of a percent is a third": {"1/3%", "1/300", quantity.UnitShare, false, "1/3%"},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := quantity.ParseNumber(tc.text)
			if err != nil {
				t.Fatalf("%q: %v", tc.text, err)
			}
			if n.Rat.Cmp(rat(tc.want)) != 0 || n.Unit != tc.unit || n.Approximate != tc.approx {
				t.Errorf("%q = %s %s, approximate %t", tc.text, n.Rat, n.Unit, n.Approximate)
			}
			if n.String() != tc.prints {
				t.Errorf("%q prints %s, want %s", tc.text, n, tc.prints)
			}
		})
	}
}

func TestParseNumberRefusesWithReasonAndPlace(t *testing.T) {
	for name, tc := range map[string]struct {
		text  string
		want  *fault.Fault
		place int
		part  string
	}{
		"a word":                  {"待定", quantity.ErrNoNumber, 1, "待定"},
		"an unknown unit":         {"500斗", quantity.ErrUnknownUnit, 4, "斗"},
		"zero below the line":     {"1/0", quantity.ErrDivideByZero, 3, "0"},
		"a fraction of wan":       {"1万/3", quantity.ErrNotUnderstood, 3, "/3"},
		"two lines":               {"1/2/3", quantity.ErrNotUnderstood, 4, "/3"},
		"a range":                 {"30%-40%", quantity.ErrRange, 4, "-"},
		"a bound":                 {"500亩以上", quantity.ErrBound, 5, "以上"},
		"a tail":                  {"1亿2000", quantity.ErrTail, 3, "2000"},
		"thirteen decimals":       {"0.0000000000001", quantity.ErrTooPrecise, 0, ""},
		"a denominator too large": {"1/3333333333333333", quantity.ErrTooPrecise, 0, ""},
		"too large":               {"1000000000000000000000000", quantity.ErrTooLarge, 0, ""},
		"percent twice":           {"百分之三十%", quantity.ErrNotUnderstood, 6, "%"},
		"currency of mu":          {"¥500亩", quantity.ErrNotUnderstood, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := quantity.ParseNumber(tc.text)
			if !errors.Is(err, tc.want) {
				t.Fatalf("%q: got %v, %v, want %v", tc.text, n.Rat, err, tc.want)
			}
			f, _ := fault.Of(err)
			if tc.place > 0 && (f.Args["place"] != tc.place || f.Args["part"] != tc.part) {
				t.Errorf("%q: place %v part %v, want %d %s", tc.text, f.Args["place"], f.Args["part"], tc.place, tc.part)
			}
			mustSay(t, err)
		})
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"35%", "12.5", "１２．５", "1/3", "3成", "30个百分点", "500亩", "2.5万辆", "约190余项", "26.01万元/亩", "百分之三十五", "1亿2000万元", "5千瓦", "5‰", "1/3%", "¥3", "500亩左右", "三点五", "1/0", "m2", "3点"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := quantity.ParseNumber(s)
		if err != nil {
			if !strings.ContainsAny(s, "{}⟦") {
				mustSay(t, err)
			}
			return
		}
		if back, err := quantity.ParseNumber(n.String()); err != nil || !back.Same(n) {
			t.Fatalf("%q reads as %s, which reads back as %v, %v", s, n, back, err)
		}
		quantity.Show(n.Rat, n.Unit, words.Zh)
	})
}

func TestShowFollowsTheHouse(t *testing.T) {
	for name, tc := range map[string]struct {
		r    string
		unit quantity.Unit
		zh   string
	}{
		"yi has two decimals":                    {"1.2", quantity.UnitYiYuan, "1.20 亿元"},
		"yi rounds half away from zero":          {"1.005", quantity.UnitYiYuan, "1.01 亿元"},
		"yi just under the half":                 {"1.00499", quantity.UnitYiYuan, "1.00 亿元"},
		"yi below zero rounds away too":          {"-1.005", quantity.UnitYiYuan, "-1.01 亿元"},
		"whole wan has none":                     {"4200", quantity.UnitWanYuan, "4,200 万元"},
		"wan that is not whole has two":          {"4200.5", quantity.UnitWanYuan, "4,200.50 万元"},
		"a share is percent with one":            {"1/3", quantity.UnitShare, "33.3%"},
		"a whole share still has one":            {"1/2", quantity.UnitShare, "50.0%"},
		"a share over all is not clamped":        {"1.15", quantity.UnitShare, "115.0%"},
		"points":                                 {"3/10", quantity.UnitPoints, "30.0 个百分点"},
		"a gap too small to show keeps its sign": {"-0.0001", quantity.UnitPoints, "-0.0 个百分点"},
		"a count has none":                       {"208", quantity.UnitItem, "208 项"},
		"thousands":                              {"1000000", quantity.UnitVehicle, "1,000,000 辆"},
		"a plain number":                         {"12.345", quantity.UnitNumber, "12.35"},
		"a mark has two":                         {"113.305", quantity.UnitScore, "113.31 分"},
		"zero":                                   {"0", quantity.UnitYiYuan, "0.00 亿元"},
	} {
		if got := quantity.Show(rat(tc.r), tc.unit, words.Zh).String(); got != tc.zh {
			t.Errorf("%s: %s, want %s", name, got, tc.zh)
		}
	}
	if got := quantity.Show(rat("500"), quantity.UnitMu, words.En).String(); got != "500 mu (33.3 ha)" {
		t.Errorf("mu in English: %s", got)
	}
	if got := quantity.ShowMoney(4200*wan, quantity.UnitYiYuan, words.Zh).String(); got != "0.42 亿元" {
		t.Errorf("money: %s", got)
	}
	if a, b := quantity.FormatYi(12345*wan, 1), quantity.FormatWan(12345*wan+5000*yuan, 0); a != "1.2" || b != "12,346" {
		t.Errorf("columns: %s %s", a, b)
	}
}

func TestRoundingAsARuleNamesIt(t *testing.T) {
	for name, tc := range map[string]struct {
		r    string
		by   quantity.Rounding
		want string
	}{
		"half away":            {"2.5", quantity.HalfAway, "3"},
		"half away below zero": {"-2.5", quantity.HalfAway, "-3"},
		"half to even, down":   {"2.5", quantity.HalfEven, "2"},
		"half to even, up":     {"3.5", quantity.HalfEven, "4"},
		"over half to even":    {"2.51", quantity.HalfEven, "3"},
		"down":                 {"2.99", quantity.Down, "2"},
		"down below zero":      {"-2.99", quantity.Down, "-2"},
		"up":                   {"2.01", quantity.Up, "3"},
		"up when whole":        {"2", quantity.Up, "2"},
	} {
		if got := quantity.FormatRatBy(rat(tc.r), 0, tc.by); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

func TestPrintingProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := big.NewRat(rapid.Int64().Draw(t, "num"), rapid.Int64Range(1, 1_000_000).Draw(t, "den"))
		unit := rapid.SampledFrom(quantity.Units()).Draw(t, "unit")
		text := quantity.Show(r, unit, words.Zh).Text
		if (r.Sign() < 0) != strings.HasPrefix(text, "-") {
			t.Fatalf("%s %s shows as %s: the sign is lost", r, unit, text)
		}
		decimals := rapid.IntRange(0, 6).Draw(t, "decimals")
		shown := rat(strings.ReplaceAll(quantity.FormatRat(r, decimals), ",", ""))
		off := new(big.Rat).Sub(r, shown)
		half := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(big.NewInt(2), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)))
		if off.Abs(off).Cmp(half) > 0 {
			t.Fatalf("%s with %d decimals shows as %s: off by more than half a step", r, decimals, shown)
		}
	})
}

func TestUnits(t *testing.T) {
	for _, u := range quantity.Units() {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if strings.HasPrefix(u.Label(lang), "⟦") {
				t.Errorf("%s has no label in %s", u, lang)
			}
		}
		if label := u.Label(words.Zh); label != "" {
			if n, err := quantity.ParseNumber("12" + label); err != nil || n.Unit != u {
				t.Errorf("12%s reads as %v, %v", label, n, err)
			}
		}
		if got, err := quantity.ParseUnit(string(u)); err != nil || got != u {
			t.Errorf("unit %s is not found by its name: %v", u, err)
		}
		if u.Scale().Sign() <= 0 {
			t.Errorf("unit %s has no scale", u)
		}
	}
	for _, key := range words.Keys() {
		if name, ok := strings.CutPrefix(key, "unit."); ok && !quantity.Unit(name).Known() {
			t.Errorf("the catalogue labels %s, which is no unit", name)
		}
	}
	if _, err := quantity.ParseUnit("斗"); !errors.Is(err, quantity.ErrNoSuchUnit) {
		t.Errorf("斗: %v", err)
	}
}

func TestConvertIsExact(t *testing.T) {
	for name, tc := range map[string]struct {
		r        string
		from, to quantity.Unit
		want     string
	}{
		"hectare":               {"2", quantity.UnitHectare, quantity.UnitMu, "30"},
		"a mu in square metres": {"1", quantity.UnitMu, quantity.UnitSquareMetre, "2000/3"},
		"yi in wan":             {"1.2", quantity.UnitYiYuan, quantity.UnitWanYuan, "12000"},
		"share in points":       {"0.3", quantity.UnitShare, quantity.UnitPoints, "0.3"},
		"wan per mu in yuan":    {"26.01", quantity.UnitWanYuanPerMu, quantity.UnitYuanPerMu, "260100"},
		"items are counts":      {"3", quantity.UnitItem, quantity.UnitCount, "3"},
	} {
		if got, err := quantity.Convert(rat(tc.r), tc.from, tc.to); err != nil || got.Cmp(rat(tc.want)) != 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, pair := range [][2]quantity.Unit{{quantity.UnitMu, quantity.UnitYuan}, {quantity.UnitPerson, quantity.UnitVehicle}, {quantity.UnitDay, quantity.UnitWorkday}, {quantity.UnitMonth, quantity.UnitDay}, {"league", quantity.UnitKm}} {
		_, err := quantity.Convert(rat("1"), pair[0], pair[1])
		if !errors.Is(err, quantity.ErrUnitsDiffer) {
			t.Errorf("%v: %v", pair, err)
			continue
		}
		mustSay(t, err)
	}
	if d := quantity.UnitWanYuanPerMu.Dimension().Times(quantity.UnitMu.Dimension()); !d.Equal(quantity.UnitYuan.Dimension()) {
		t.Errorf("money per area times area is %v", d)
	}
}

func TestNumberAsMoney(t *testing.T) {
	n, err := quantity.ParseNumber("4200万元")
	if err != nil {
		t.Fatal(err)
	}
	if f, err := n.Fen(); err != nil || f != 4200*wan {
		t.Errorf("%s is %s, %v", n, f, err)
	}
	if _, err := (quantity.Number{Rat: rat("1"), Unit: quantity.UnitMu}).Fen(); !errors.Is(err, quantity.ErrUnitsDiffer) {
		t.Errorf("a mu is no money: %v", err)
	}
}
