package network

// Worked is how many days of its work a calendar holds between two instants, seasons and holidays taken into account. An end
// before the start gives 0.
func (c *Calendar) Worked(from, to Instant) float64 {
	if to <= from || c.DayMinutes <= 0 {
		return 0
	}
	h := newHours(c, from.day(), to.day()+1)
	return float64(h.work(to)-h.work(from)) / float64(c.DayMinutes)
}
