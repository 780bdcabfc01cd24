package network

// Network 网络 is a plan: activities, the links between them, the calendars they work by, and the rules of the program that
// made it. Indices into Activities and Calendars are positions in those slices.
type Network struct {
	Activities []Activity
	Links      []Link
	Calendars  []*Calendar
	Default    int     // the project's calendar
	Start      Instant // nothing begins earlier
	Finish     Instant // must-finish-by of the whole; None: the late dates count from the early finish
	DataDate   Instant // 数据日期: up to here progress is known; None: the plan has not been updated
	Rules      Rules
}

// Kind says what an activity is.
type Kind uint8

const (
	Task            Kind = iota // 工序
	StartMilestone              // 里程碑: stands at the beginning of working time
	FinishMilestone             // stands at the end of it
	Hammock                     // level of effort: as long as what it hangs on; drives nothing
	Summary                     // 汇总: rolled up from what stands under it
)

// Activity 工序. Times of work are working minutes of its own calendar.
type Activity struct {
	ID, Name string
	Kind     Kind
	Under    string // id of the summary that it stands under
	Class    string // which work it is, for calendars and risk
	Calendar int

	Duration        int64 // planned
	Remaining       int64 // still to do, where RemainingStated; else Duration × (1 − Percent)
	RemainingStated bool
	Percent         float64 // share done, 0 to 1
	Started         Instant // actual
	Finished        Instant // actual
	Resume          Instant // work stands still until then

	Constraints []Constraint
	Deadline    Instant // wanted, binds only the late dates
	Manual      bool    // placed by hand: its start is a fixed date

	BaselineStart, BaselineFinish Instant
	BaselineDuration              int64
	Resources                     int // how many are assigned
}

// ConstraintKind 限制条件.
type ConstraintKind uint8

const (
	StartNoEarlier  ConstraintKind = iota + 1 // 不早于…开始
	StartNoLater                              // 不晚于…开始
	FinishNoEarlier                           // 不早于…完成
	FinishNoLater                             // 不晚于…完成
	StartOn                                   // 于…开始: no earlier and no later, logic still counts
	FinishOn                                  // 于…完成
	MandatoryStart                            // 必须开始于: breaks the logic
	MandatoryFinish                           // 必须完成于: breaks the logic
	AsLate                                    // 越晚越好: uses up its free float
)

// Hard tells whether the constraint can hold a network's dates against its logic (DCMA point 5).
func (k ConstraintKind) Hard() bool {
	switch k {
	case StartNoLater, FinishNoLater, StartOn, FinishOn, MandatoryStart, MandatoryFinish:
		return true
	}
	return false
}

// Constraint holds a date.
type Constraint struct {
	Kind ConstraintKind
	At   Instant
}

// LinkType is one of the four ways of following.
type LinkType uint8

const (
	FS LinkType = iota // 完成—开始
	SS                 // 开始—开始
	FF                 // 完成—完成
	SF                 // 开始—完成
)

func (t LinkType) String() string { return [...]string{"FS", "SS", "FF", "SF"}[t&3] }

// fromStart: the link hangs on the predecessor's start; toFinish: it holds the successor's finish.
func (t LinkType) fromStart() bool { return t == SS || t == SF }
func (t LinkType) toFinish() bool  { return t == FF || t == SF }

// Link 逻辑关系. Lag is working minutes (negative: lead) of the calendar that Rules.Lag names, or elapsed minutes.
type Link struct {
	From, To int
	Type     LinkType
	Lag      int64
	Elapsed  bool // the lag runs around the clock, whatever the rules say
}

// LagCalendar says whose working time a lag is.
type LagCalendar uint8

const (
	OfPredecessor LagCalendar = iota
	OfSuccessor
	OfProject
	AroundTheClock
)

// FloatKind is how total float is measured.
type FloatKind uint8

const (
	FinishFloat   FloatKind = iota // late finish − early finish
	StartFloat                     // late start − early start
	SmallestFloat                  // the smaller of the two
)

// CriticalKind is which rule calls an activity critical.
type CriticalKind uint8

const (
	ByFloat     CriticalKind = iota // total float ≤ FloatLimit
	LongestPath                     // on the chain of driving links that ends last
)

// Rules are choices that differ between planning programs and change dates. An importer sets what its file says.
type Rules struct {
	Lag        LagCalendar
	Float      FloatKind
	Critical   CriticalKind
	FloatLimit int64 // working minutes
	// OpenEndsCritical gives an activity without successors no float.
	OpenEndsCritical bool
	// Override lets started work go on though a predecessor is not finished; otherwise the rest waits (retained logic).
	Override bool
	// HoldAtDataDate moves work that is not done to the data date or later; without it a late plan shows old dates.
	HoldAtDataDate bool
}

// remaining is the working time still to be done.
func (a *Activity) remaining() int64 {
	switch {
	case a.Finished != None:
		return 0
	case a.RemainingStated:
		return a.Remaining
	case a.Started != None:
		return a.Duration - int64(float64(a.Duration)*a.Percent+0.5)
	}
	return a.Duration
}

// Days is a time in working minutes as days of the activity's calendar.
func (n *Network) Days(activity int, minutes int64) float64 {
	return float64(minutes) / float64(n.Calendars[n.Activities[activity].Calendar].DayMinutes)
}

// Work is the working time of a calendar between two instants, in minutes.
func (c *Calendar) Work(from, to Instant) int64 {
	h := newHours(c, min(from.day(), to.day())-7, max(from.day(), to.day())+7)
	return h.work(to) - h.work(from)
}

// Index finds activities by id.
func (n *Network) Index() map[string]int {
	m := make(map[string]int, len(n.Activities))
	for i := range n.Activities {
		m[n.Activities[i].ID] = i
	}
	return m
}

// SameWork tells whether two instants are the same to a calendar: no working time lies between them.
func (n *Network) SameWork(calendar int, a, b Instant) bool {
	h := newHours(n.Calendars[calendar], min(a.day(), b.day())-1, max(a.day(), b.day())+1)
	return h.work(a) == h.work(b)
}
