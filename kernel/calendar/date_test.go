package calendar_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/words"
)

var day = calendar.MustDate

func TestParseDateReadsHowClerksNameATime(t *testing.T) {
	for name, tc := range map[string]struct {
		text      string
		from, to  string
		precision calendar.Precision
		prints    string
	}{
		"a day":                       {"2022-03-15", "2022-03-15", "2022-03-15", calendar.ToDay, "2022-03-15"},
		"a day with points":           {"2022.3.5", "2022-03-05", "2022-03-05", calendar.ToDay, "2022-03-05"},
		"a day with strokes":          {"2022/03/15", "2022-03-15", "2022-03-15", calendar.ToDay, "2022-03-15"},
		"a day in words":              {"2022 年 3 月 15 日", "2022-03-15", "2022-03-15", calendar.ToDay, "2022-03-15"},
		"a day run together":          {"20220315", "2022-03-15", "2022-03-15", calendar.ToDay, "2022-03-15"},
		"a day in full width":         {"２０２２－０３－１５", "2022-03-15", "2022-03-15", calendar.ToDay, "2022-03-15"},
		"by a day":                    {"2022年6月30日前", "2022-06-30", "2022-06-30", calendar.ToDay, "2022-06-30"},
		"a leap day":                  {"2024-02-29", "2024-02-29", "2024-02-29", calendar.ToDay, "2024-02-29"},
		"a month":                     {"2022.3", "2022-03-01", "2022-03-31", calendar.ToMonth, "2022-03"},
		"October is not January":      {"2022.10", "2022-10-01", "2022-10-31", calendar.ToMonth, "2022-10"},
		"a month run together":        {"202206", "2022-06-01", "2022-06-30", calendar.ToMonth, "2022-06"},
		"a month in words":            {"2022年2月", "2022-02-01", "2022-02-28", calendar.ToMonth, "2022-02"},
		"the end of a month":          {"2022年3月底", "2022-03-21", "2022-03-31", calendar.ToTenDays, "2022-03下旬"},
		"by the end of a month":       {"2022年2月底前", "2022-02-21", "2022-02-28", calendar.ToTenDays, "2022-02下旬"},
		"the first ten days":          {"2022年3月上旬", "2022-03-01", "2022-03-10", calendar.ToTenDays, "2022-03上旬"},
		"the middle ten days":         {"2022-03中旬", "2022-03-11", "2022-03-20", calendar.ToTenDays, "2022-03中旬"},
		"a quarter":                   {"2022Q4", "2022-10-01", "2022-12-31", calendar.ToQuarter, "2022Q4"},
		"a quarter in words":          {"2022年第一季度", "2022-01-01", "2022-03-31", calendar.ToQuarter, "2022Q1"},
		"a quarter in short words":    {"2022年3季度", "2022-07-01", "2022-09-30", calendar.ToQuarter, "2022Q3"},
		"a half":                      {"2022年上半年", "2022-01-01", "2022-06-30", calendar.ToHalf, "2022H1"},
		"the second half":             {"2022H2", "2022-07-01", "2022-12-31", calendar.ToHalf, "2022H2"},
		"a year":                      {"2022", "2022-01-01", "2022-12-31", calendar.ToYear, "2022"},
		"a year in words":             {"2022年", "2022-01-01", "2022-12-31", calendar.ToYear, "2022"},
		"the end of a year":           {"2022年底", "2022-12-01", "2022-12-31", calendar.ToMonth, "2022-12"},
		"by the end of a year":        {"2022年年底前", "", "", "", ""},
		"the first year that is kept": {"1900", "1900-01-01", "1900-12-31", calendar.ToYear, "1900"},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := calendar.ParseDate(tc.text)
			if tc.from == "" {
				if !errors.Is(err, calendar.ErrNotADate) {
					t.Fatalf("%q: %v, %v", tc.text, w, err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%q: %v", tc.text, err)
			}
			if w.From != day(tc.from) || w.To != day(tc.to) || w.Precision != tc.precision || w.String() != tc.prints {
				t.Errorf("%q = %s to %s, %s, prints %s", tc.text, w.From, w.To, w.Precision, w)
			}
		})
	}
}

func TestParseDateRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want *fault.Fault
	}{
		"nothing":                {"", calendar.ErrNotADate},
		"a word":                 {"待定", calendar.ErrNotADate},
		"30 February":            {"2022-02-30", calendar.ErrNoSuchDay},
		"29 February of 2022":    {"2022-02-29", calendar.ErrNoSuchDay},
		"month 13":               {"2022-13", calendar.ErrNoSuchDay},
		"month 0":                {"2022年0月底", calendar.ErrNoSuchDay},
		"quarter 5":              {"2022Q5", calendar.ErrNotADate},
		"before a month":         {"2022年6月前", calendar.ErrAmbiguousDate},
		"before a year":          {"2022年前", calendar.ErrAmbiguousDate},
		"a year too early":       {"1899-12-31", calendar.ErrYearOutOfRange},
		"a year too late":        {"2200", calendar.ErrYearOutOfRange},
		"two digits of a year":   {"22-03-15", calendar.ErrNotADate},
		"a range":                {"2022-03至2022-05", calendar.ErrNotADate},
		"a time of day":          {"2022-03-15 12:00", calendar.ErrNotADate},
		"text that is very long": {strings.Repeat("2022", 50), calendar.ErrNotADate},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := calendar.ParseDate(tc.text)
			if !errors.Is(err, tc.want) {
				t.Fatalf("%q: %v, %v, want %v", tc.text, w, err, tc.want)
			}
			mustSay(t, err)
		})
	}
	for text, read := range map[string]func(string) error{
		"2022-03": func(s string) error { _, err := calendar.ParseDay(s); return err },
		"2022":    func(s string) error { _, err := calendar.ParseMonth(s); return err },
		"2022年底":  func(s string) error { _, err := calendar.ParseMonth(s); return err },
		"2022年":   func(s string) error { _, err := calendar.ParseQuarter(s); return err },
	} {
		if err := read(text); err == nil {
			t.Errorf("%s was taken for something finer", text)
		} else {
			mustSay(t, err)
		}
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
		if said := words.Say(lang, "fault."+f.Code, f.Args); strings.ContainsAny(said, "{}⟦") {
			t.Errorf("%s %s: %s", lang, f.Code, said)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2022-03-15", "2022.3", "2022年3月底", "2022Q4", "2022", "20220315", "202203", "2022年上半年", "2022年6月底前", "2022年第一季度", "２０２２", "2022年初", "\xff", "0000", "2022-3中"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, err := calendar.ParseDate(s)
		if err != nil {
			if !strings.ContainsAny(s, "{}⟦") {
				mustSay(t, err)
			}
			return
		}
		if back, err := calendar.ParseDate(w.String()); err != nil || !back.Same(w) {
			t.Fatalf("%q reads as %s, which reads back as %v, %v", s, w, back, err)
		}
		if w.From.After(w.To) {
			t.Fatalf("%q runs backwards: %s to %s", s, w.From, w.To)
		}
	})
}

func FuzzParseMonth(f *testing.F) {
	for _, s := range []string{"2022-06", "2022.6", "2022年6月", "202206", "2022年6月份", "2022/06", "2022-13", "2022年年底"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := calendar.ParseMonth(s)
		if err != nil {
			return
		}
		if back, err := calendar.ParseMonth(m.String()); err != nil || back != m || !m.Valid() {
			t.Fatalf("%q reads as %s, which reads back as %s, %v", s, m, back, err)
		}
	})
}

func TestDates(t *testing.T) {
	d := day("2022-01-31")
	for name, pair := range map[string][2]any{
		"a month later stays in February":  {d.AddMonths(1), day("2022-02-28")},
		"a month later in a leap year":     {day("2024-01-31").AddMonths(1), day("2024-02-29")},
		"a month earlier crosses the year": {d.AddMonths(-1), day("2021-12-31")},
		"a day later":                      {d.AddDays(1), day("2022-02-01")},
		"days between":                     {day("2022-03-01").Sub(d), 29},
		"weekday":                          {d.Weekday(), time.Monday},
		"quarter":                          {day("2022-10-01").Quarter().String(), "2022Q4"},
		"half past eight in the evening UTC is tomorrow here": {calendar.DateOf(time.Date(2022, 1, 31, 20, 30, 0, 0, time.UTC)), day("2022-02-01")},
		"one minute to midnight is today":                     {calendar.DateOf(d.At(24*60 - 1)), d},
		"midnight is tomorrow":                                {calendar.DateOf(d.At(24 * 60)), day("2022-02-01")},
		"prose":                                               {d.Prose(words.Zh, 0), "2022 年 1 月 31 日"},
		"prose of this year":                                  {d.Prose(words.Zh, 2022), "1 月 31 日"},
		"prose in English":                                    {d.Prose(words.En, 0), "31 Jan 2022"},
		"prose of a month":                                    {d.Month().Prose(words.Zh, 0), "2022 年 1 月"},
		"prose of a month in English":                         {d.Month().Prose(words.En, 2022), "Jan"},
		"no day prints nothing":                               {calendar.Date{}.String(), ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	if _, err := calendar.NewDate(2022, 2, 29); !errors.Is(err, calendar.ErrNoSuchDay) {
		t.Errorf("29 February 2022: %v", err)
	}
	type page struct {
		D calendar.Date
		M calendar.Month
		Q calendar.Quarter
		N calendar.Date
	}
	p := page{D: d, M: d.Month(), Q: d.Quarter()}
	raw, err := json.Marshal(p)
	if err != nil || string(raw) != `{"D":"2022-01-31","M":"2022-01","Q":"2022Q1","N":""}` {
		t.Fatalf("%s, %v", raw, err)
	}
	var back page
	if err := json.Unmarshal(raw, &back); err != nil || back != p {
		t.Errorf("%v, %v", back, err)
	}
}

func TestMonths(t *testing.T) {
	m := calendar.MustMonth("2022-12")
	for name, pair := range map[string][2]any{
		"next crosses the year": {m.Next().String(), "2023-01"},
		"prev crosses the year": {calendar.Month{Year: 2022, Month: 1}.Prev().String(), "2021-12"},
		"first":                 {m.First(), day("2022-12-01")},
		"last of February":      {calendar.MustMonth("2024-02").Last(), day("2024-02-29")},
		"months between":        {m.Sub(calendar.MustMonth("2021-11")), 13},
		"contains its last day": {m.Contains(day("2022-12-31")), true},
		"not the next day":      {m.Contains(day("2023-01-01")), false},
		"half the year is over": {calendar.Twelfths(calendar.MustMonth("2022-06")).String(), "1/2"},
		"all of it":             {calendar.Twelfths(m).String(), "1/1"},
		"quarter next":          {m.Quarter().Next().String(), "2023Q1"},
		"quarter prev":          {calendar.Quarter{Year: 2022, Quarter: 1}.Prev().String(), "2021Q4"},
		"quarter ends":          {calendar.Quarter{Year: 2022, Quarter: 2}.Last(), day("2022-06-30")},
		"month 0 is none":       {calendar.Month{Year: 2022}.Valid(), false},
		"year to date begins":   {m.YearStart().String(), "2022-01"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		m := calendar.Month{Year: rapid.IntRange(1950, 2150).Draw(t, "year"), Month: rapid.IntRange(1, 12).Draw(t, "month")}
		n := rapid.IntRange(-500, 500).Draw(t, "n")
		if o := m.AddMonths(n); !o.Valid() || o.Sub(m) != n || o.AddMonths(-n) != m {
			t.Fatalf("%s + %d = %s", m, n, o)
		}
		if m.Last().AddDays(1) != m.Next().First() || m.First().AddDays(m.Days()-1) != m.Last() {
			t.Fatalf("%s does not touch its neighbour", m)
		}
		if back, err := calendar.ParseMonth(m.String()); err != nil || back != m {
			t.Fatalf("%s reads back as %s, %v", m, back, err)
		}
		d := m.First().AddDays(rapid.IntRange(0, m.Days()-1).Draw(t, "day"))
		k := rapid.IntRange(-20_000, 20_000).Draw(t, "days")
		if e := d.AddDays(k); e.Sub(d) != k || (k > 0) != e.After(d) || e.AddDays(-k) != d {
			t.Fatalf("%s + %d days = %s", d, k, e)
		}
	})
}

func TestCurve(t *testing.T) {
	of := func(s string) (out []*big.Rat) {
		for _, f := range strings.Fields(s) {
			r, _ := new(big.Rat).SetString(f)
			out = append(out, r)
		}
		return out
	}
	c, err := calendar.NewCurve(of("0.02 0.05 0.12 0.2 0.3 0.42 0.54 0.66 0.78 0.88 0.95 1"))
	if err != nil || c.Due(calendar.MustMonth("2022-06")).Cmp(big.NewRat(42, 100)) != 0 {
		t.Fatalf("%v, %v", c, err)
	}
	c.Due(calendar.MustMonth("2022-06")).SetInt64(9)
	if c.Due(calendar.MustMonth("2022-06")).Cmp(big.NewRat(42, 100)) != 0 {
		t.Error("whoever asks a curve can change it")
	}
	for name, s := range map[string]string{
		"falls":          "0 0.1 0.2 0.3 0.4 0.5 0.49 0.6 0.7 0.8 0.9 1",
		"ends below one": "0 0.1 0.2 0.3 0.4 0.5 0.5 0.6 0.7 0.8 0.9 0.99",
		"ends above one": "0 0.1 0.2 0.3 0.4 0.5 0.5 0.6 0.7 0.8 0.9 1.01",
		"begins below 0": "-0.1 0.1 0.2 0.3 0.4 0.5 0.5 0.6 0.7 0.8 0.9 1",
		"eleven months":  "0 0.1 0.2 0.3 0.4 0.5 0.5 0.6 0.7 0.8 1",
	} {
		if _, err := calendar.NewCurve(of(s)); err == nil {
			t.Errorf("a curve that %s is taken", name)
		} else {
			mustSay(t, err)
		}
	}
	if _, err := calendar.NewCurve(of("0 0 0 0 0 0 0 0 0 0 0 1")); err != nil {
		t.Errorf("a curve that waits until December: %v", err)
	}
	for m := calendar.MustMonth("2022-01"); m.Year == 2022; m = m.Next() {
		if calendar.Even().Due(m).Cmp(calendar.Twelfths(m)) != 0 || (calendar.Curve{}).Due(m).Cmp(calendar.Twelfths(m)) != 0 {
			t.Errorf("%s is not even", m)
		}
	}
}

func TestDaysAreCountedAsTheLibraryCountsThem(t *testing.T) {
	day := calendar.MustDate("1900-01-01")
	for at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2199; at = at.AddDate(0, 0, 1) {
		if day.String() != at.Format("2006-01-02") || day.Weekday() != at.Weekday() {
			t.Fatalf("%s is a %s, want %s, a %s", day, day.Weekday(), at.Format("2006-01-02"), at.Weekday())
		}
		next := day.AddDays(1)
		if !day.Before(next) || !next.After(day) || next.AddDays(-1) != day || day.Compare(day) != 0 || !(calendar.Date{}).Before(day) {
			t.Fatal(day, next)
		}
		day = next
	}
}
