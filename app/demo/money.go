package demo

import (
	"math"

	"shigan/kernel/calendar"
)

// giveMoney makes plans and June's money add up.
func giveMoney(d *data, all []*item) error {
	june := calendar.MustMonth(d.targets.Month)
	year, junes := map[*item]*bounded{}, map[*item]*bounded{}
	monthLeft := d.targets.MonthMoney
	at := 0
	for ci, c := range d.targets.Categories {
		rnd, items := newDice(uint64(300+ci)), all[at:at+c.N]
		at += c.N
		// the year's plans, in steps of 100万
		var plans []*bounded
		planLeft, doneLeft := c.Plan, c.Done
		for _, it := range items {
			if n := it.named; n != nil {
				it.plans[2022] = yearPlan{planned: n.Plan}
				planLeft -= n.Plan
				continue
			}
			size, most := math.Exp(rnd.NormFloat64()*.55)*140, int64(2400)
			switch {
			case it.kind == "reserve":
				plans = append(plans, &bounded{})
				continue
			case it.kind == "excused":
				size, most = size*.25, 40
			case it.fate == "red":
				size, most = size*.55, 110
			case it.fate == "yellow":
				size, most = size*.75, 170
			case !it.counted(): // kept small: what is missing must not hide much
				size, most = size*.35, 60
			}
			plans = append(plans, &bounded{max(int64(size), 8), 5, most})
		}
		if !fit(plans, planLeft/100) {
			return ErrDesign.With("what", "plan "+c.Industry+c.Class)
		}
		i := 0
		var years []*bounded
		for _, it := range items {
			if it.named != nil {
				if it.counted() {
					doneLeft -= ytdOf(it.named)[5]
				}
				continue
			}
			p := plans[i].v * 100
			i++
			it.plans[2022] = yearPlan{planned: p}
			b := &bounded{}
			part := func(v, lo, hi float64) *bounded {
				return &bounded{int64(v * float64(p)), int64(lo*float64(p)) + 1, int64(hi * float64(p))}
			}
			switch it.kind {
			case "started", "unpaid":
				b = part(rnd.between(.43, .62), .405, .9)
				if it.doubt {
					b = part(.5, .42, .55)
				}
			case "finished":
				b = part(rnd.between(.91, .96), .905, .98)
			case "outside":
				b = part(rnd.between(.22, .29), .205, .31)
			case "behind":
				b = part(rnd.between(.22, .38), .205, .395)
				if it.fate == "red" {
					b = part(rnd.between(.07, .17), .04, .195)
				}
			case "excused":
				b = part(rnd.between(.03, .08), .02, .1)
			}
			year[it] = b
			if it.counted() {
				years = append(years, b)
			}
		}
		if !fit(years, doneLeft) {
			return ErrDesign.With("what", "done "+c.Industry+c.Class)
		}
	}
	rnd := newDice(2)
	var months []*bounded
	for _, it := range all {
		if n := it.named; n != nil {
			if it.counted() {
				monthLeft -= n.Months[5]
			}
			continue
		}
		y, p := year[it].v, it.plans[2022].planned
		b := &bounded{int64(float64(y) * .213 * rnd.between(.7, 1.3)), int64(float64(y) * .03), min(p*195/1000, y/2)}
		switch {
		case it.doubt:
			b = &bounded{p * 235 / 1000, max(p*215/1000, y*3/8+1), p * 26 / 100}
		case it.kind == "outside":
			b = &bounded{y * 6 / 10, y * 4 / 10, min(p*195/1000, y*8/10)}
		}
		junes[it] = b
		if it.counted() {
			months = append(months, b)
		}
	}
	if !fit(months, monthLeft) {
		return ErrDesign.With("what", "month")
	}
	for _, it := range all {
		if it.named == nil {
			it.months[june] = done{junes[it].v, year[it].v}
		}
	}
	return nil
}

// ytdOf is the year to date of a named project at each of its months.
func ytdOf(n *namedData) []int64 {
	if len(n.YTD) > 0 {
		return n.YTD
	}
	var out []int64
	var sum int64
	for _, m := range n.Months {
		sum += m
		out = append(out, sum)
	}
	return out
}
