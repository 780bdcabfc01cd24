package main

import (
	"shigan/app"
	"shigan/domain/schedule"
	"shigan/kernel/fault"
	"shigan/packs"
)

// forecasts gives the office what its forecasts assume, and the networks that it can start from.
func (c *call) forecasts(o *app.Office) error {
	from, err := c.packFS()
	if err != nil {
		return err
	}
	o.Assumed, err = schedule.LoadAssumed(from, o.District)
	if f, ok := fault.Of(err); ok && f.Is(schedule.ErrNoPack) {
		o.Assumed, err = schedule.LoadAssumed(packs.FS(), o.District) // a folder of an office's own packs need not say it again
	}
	if err != nil {
		return err
	}
	o.Networks, err = schedule.LoadTemplates(from)
	return err
}
