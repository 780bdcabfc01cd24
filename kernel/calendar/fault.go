package calendar

import "shigan/kernel/fault"

// Refusals; args are named where the fault is made.
var (
	ErrNotADate         = fault.New(fault.Invalid, "calendar.not-a-date")        // text
	ErrNoSuchDay        = fault.New(fault.Invalid, "calendar.no-such-day")       // text: 2022-02-30
	ErrAmbiguousDate    = fault.New(fault.Invalid, "calendar.ambiguous-date")    // text: 2022年6月前
	ErrNotADay          = fault.New(fault.Invalid, "calendar.not-a-day")         // text: a month where a day is needed
	ErrNotAMonth        = fault.New(fault.Invalid, "calendar.not-a-month")       // text
	ErrNotAQuarter      = fault.New(fault.Invalid, "calendar.not-a-quarter")     // text
	ErrYearOutOfRange   = fault.New(fault.Invalid, "calendar.year-out-of-range") // text, from, to
	ErrCurve            = fault.New(fault.Invalid, "calendar.curve")             // month
	ErrCurveLength      = fault.New(fault.Invalid, "calendar.curve-length")      // length
	ErrNoHolidayList    = fault.New(fault.Invalid, "calendar.no-holiday-list")   // date, from, to
	ErrHolidayList      = fault.New(fault.Broken, "calendar.holiday-list")       // detail
	ErrSchedule         = fault.New(fault.Invalid, "calendar.schedule")          // text
	ErrStopNoReason     = fault.New(fault.Invalid, "calendar.stop-without-reason")
	ErrStopBeforeStart  = fault.New(fault.Invalid, "calendar.stop-before-start") // stop, start
	ErrAlreadyStopped   = fault.New(fault.Conflict, "calendar.already-stopped")  // since, reason
	ErrNotStopped       = fault.New(fault.Conflict, "calendar.not-stopped")
	ErrResumeBeforeStop = fault.New(fault.Invalid, "calendar.resume-before-stop") // stop, resume
	ErrStopsOverlap     = fault.New(fault.Invalid, "calendar.stops-overlap")      // stop
	ErrExtendNoReason   = fault.New(fault.Invalid, "calendar.extension-without-reason")
	ErrExtendAmount     = fault.New(fault.Invalid, "calendar.extension-amount")
	ErrNoSchedule       = fault.New(fault.Broken, "calendar.no-schedule")
)
