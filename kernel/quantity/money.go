package quantity

import "math/big"

// Money is an amount as somebody stated it: its value, whether they said 约, and their own words.
type Money struct {
	Fen         Fen
	Approximate bool
	Text        string // as typed; not part of the value
}

// String writes the amount so that ParseMoney reads the same back, keeping 约.
func (m Money) String() string {
	if m.Approximate {
		return "约" + m.Fen.String()
	}
	return m.Fen.String()
}

// Same compares what was said, not how it was typed.
func (m Money) Same(o Money) bool { return m.Fen == o.Fen && m.Approximate == o.Approximate }

// ParseMoney reads an amount as clerks type it. bare is the unit of a number that has none, such as Wan in a column headed
// 万元; a number with 万, 亿 or 元 keeps its own. 百 and 千 belong to the number: in a 万元 column 5千 is 5000万.
func ParseMoney(s string, bare Fen) (Money, error) {
	r, err := newReader(s)
	if err != nil {
		return Money{}, err
	}
	approximate, negative, err := r.opening()
	if err != nil {
		return Money{}, err
	}
	a, err := r.amount(func() bool { return false })
	if err != nil {
		return Money{}, err
	}
	about, err := r.closing() // 3亿左右
	if err != nil {
		return Money{}, err
	}
	approximate = approximate || a.about || about
	yuan := a.value
	_, said := r.take("元整", "圆整", "元", "圆", "yuan", "人民币", "rmb", "cny")
	switch {
	case said:
		if err := r.change(yuan); err != nil {
			return Money{}, err
		}
	case a.tail >= 0:
		return Money{}, r.refuse(ErrTail, a.tail, r.at)
	case a.myriad || r.yuan:
	default:
		if c := r.peek(); c == '角' || c == '分' {
			yuan.SetInt64(0)
			r.at = 0
			if _, _, err := r.opening(); err != nil {
				return Money{}, err
			}
			if err := r.change(yuan); err != nil {
				return Money{}, err
			}
			break
		}
		yuan.Mul(yuan, bare.Rat())
	}
	r.take("人民币", "(人民币)", "rmb", "cny")
	if about, err = r.closing(); err != nil { // 3亿元左右
		return Money{}, err
	}
	if !r.end() {
		return Money{}, r.notMoney()
	}
	if negative {
		yuan.Neg(yuan)
	}
	fen, err := fenOf(yuan, r.raw)
	if err != nil {
		return Money{}, err
	}
	return Money{Fen: fen, Approximate: approximate || about, Text: s}, nil
}

// change adds 角 and 分: 3元5角2分.
func (r *reader) change(yuan *big.Rat) error {
	for _, u := range []struct {
		word rune
		den  int64
	}{{'角', 10}, {'分', 100}} {
		at := r.at
		if !yuan.IsInt() && u.word == '角' {
			return nil // 1.5元5角 is a slip; what is left will be refused
		}
		v, ok, err := r.number()
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if r.peek() != u.word {
			r.at = at
			continue
		}
		r.at++
		yuan.Add(yuan, v.Mul(v, big.NewRat(1, u.den)))
	}
	return nil
}

func (r *reader) notMoney() error {
	from := r.at
	if _, ok := r.take("美元", "美金", "欧元", "日元", "韩元", "港元", "港币", "英镑", "usd", "eur", "jpy", "hkd", "krw", "$", "€", "£"); ok {
		return r.refuse(ErrCurrency, from, r.at)
	}
	rest := r.rest()
	if _, known := byWord[rest]; known {
		return r.refuseRest(ErrNotMoney)
	}
	return r.refuseTail(ErrNotUnderstood)
}

func fenOf(yuan *big.Rat, text string) (Fen, error) {
	f, ok := FenOfRat(yuan)
	if ok {
		return f, nil
	}
	if !new(big.Rat).Mul(yuan, big.NewRat(int64(Yuan), 1)).IsInt() {
		return 0, ErrBelowFen.With("text", text)
	}
	return 0, ErrTooLarge.With("text", text)
}
