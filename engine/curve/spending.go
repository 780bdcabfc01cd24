package curve

// Spending 余钱 is how a project's money comes in until it is over: along its curve, from what is spent today to the total on its last
// day. Amounts in one unit, times in days from today.
type Spending struct {
	Curve SCurve
	Total float64
	Done  float64 // spent so far
	Ran   float64 // days since it began; negative: it has not begun
	Plan  float64 // planned days from start to end, for what has not begun
}

// By is what is spent by a day if the project ends on the day left. It rises with the day and falls with left; a project that is over has
// spent its total.
func (s Spending) By(day, left float64) float64 {
	if day >= left || s.Done >= s.Total {
		return max(s.Total, s.Done)
	}
	if day <= 0 {
		return s.Done
	}
	length, before := s.Ran+left, 0.0
	if s.Ran >= 0 && length > 0 {
		before = s.Curve(s.Ran / length)
	} else {
		length = max(s.Plan, 1) // it begins so long before its end, and not before today
		length = min(length, left)
	}
	at := s.Curve((length - (left - day)) / length)
	if before >= 1 {
		return s.Done
	}
	return s.Done + (s.Total-s.Done)*max(at-before, 0)/(1-before)
}

// curvePoints is how finely a tabled curve is kept: a piece is a thousandth of the time.
const curvePoints = 1000

// Tabled is a curve read from a table, straight between its points, for those who ask a million times.
func (c SCurve) Tabled() SCurve {
	var y [curvePoints + 1]float64
	for i := range y {
		y[i] = c(float64(i) / curvePoints)
	}
	return func(x float64) float64 {
		return within01(x, func(x float64) float64 {
			i := min(int(x*curvePoints), curvePoints-1)
			return y[i] + (x*curvePoints-float64(i))*(y[i+1]-y[i])
		})
	}
}
