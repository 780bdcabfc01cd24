package demo

import (
	"sync"
	"time"

	"shigan/kernel/calendar"
)

// Today is the day of the demo: a Saturday, the last day for checking June.
var Today = calendar.MustDate("2022-07-02").At(9*60 + 11)

// Clock 示例时钟 is the time of a demo. It runs on from where it was set; while the office is being filled it moves a step with
// each look, so that no two entries bear the same time and the same seed gives the same times.
type Clock struct {
	mu   sync.Mutex
	at   time.Time
	step time.Duration // 0: it runs
	real time.Time     // when it was set, for running
}

// NewClock starts a running clock at Today.
func NewClock() *Clock { return &Clock{at: Today, real: time.Now()} }

// Now tells the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.step == 0 {
		return c.at.Add(time.Since(c.real))
	}
	now := c.at
	c.at = c.at.Add(c.step)
	return now
}

// Set lets the clock run on from a time.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.step, c.real = at, 0, time.Now()
}

// walk sets the clock to a time, never back, and moves it a step with each look.
func (c *Clock) walk(at time.Time, step time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.step == 0 || at.After(c.at) {
		c.at = at
	}
	c.step = step
}
