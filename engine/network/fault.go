package network

import "shigan/kernel/fault"

// What a network or a file can be refused for; the sentences stand in words/text/network.yaml.
var (
	ErrCalendarHours  = fault.New(fault.Invalid, "network.calendar-hours")
	ErrCalendarSeason = fault.New(fault.Invalid, "network.calendar-season")
	ErrClasses        = fault.New(fault.Invalid, "network.classes")
	ErrLimits         = fault.New(fault.Invalid, "network.limits")
	ErrNoWork         = fault.New(fault.Invalid, "network.calendar-no-work")
	ErrNoCalendar     = fault.New(fault.Invalid, "network.no-calendar")
	ErrNoActivity     = fault.New(fault.Invalid, "network.no-activity")
	ErrEmpty          = fault.New(fault.Invalid, "network.empty")
	ErrDoubled        = fault.New(fault.Invalid, "network.doubled")
	ErrLoop           = fault.New(fault.Invalid, "network.loop")
	ErrOwnSuccessor   = fault.New(fault.Invalid, "network.own-successor")
	ErrDuration       = fault.New(fault.Invalid, "network.duration")
	ErrProgress       = fault.New(fault.Invalid, "network.progress")
	ErrBackwards      = fault.New(fault.Invalid, "network.finish-before-start")
	ErrNoStart        = fault.New(fault.Invalid, "network.no-start")
	ErrTooLong        = fault.New(fault.TooLarge, "network.too-long")
	ErrShape          = fault.New(fault.Invalid, "network.shape")
	ErrCorrelation    = fault.New(fault.Invalid, "network.correlation")
	ErrTrials         = fault.New(fault.Invalid, "network.trials")
	ErrNotKept        = fault.New(fault.Invalid, "network.not-kept")
	ErrLevelCalendar  = fault.New(fault.Invalid, "network.level-calendar")
	ErrScarce         = fault.New(fault.Invalid, "network.scarce")
)
