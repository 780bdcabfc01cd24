package paper

import "time"

// Num 数 is one printed number and the way back to where it came from.
type Num struct {
	Text    string  // as printed: "47.05", "慢 3.4", "—"
	Unit    string  // printed after it in a sentence; in a table the column has it
	Exact   string  // the stored decimal, unrounded: "47.0446"; empty: Text is exact or not a number
	Figure  string  // address of the figure that explains it
	Entries []int64 // ledger entries it was computed from
	Note    int     // footnote number; 0: Number gives it one
	Sample  bool    // 示例
}

// Sentence is running text with numbers in it: {0} stands for Nums[0] and so on, {s} for the sample mark. A brace that
// names no number is printed as it is.
type Sentence struct {
	Text     string
	Nums     []Num
	Inferred bool // says what the system infers, not what was recorded
}

// Column is one column of a table.
type Column struct {
	Name string
	Unit string // second line of the head, and of the head in a workbook
	Text bool   // words or codes, never to be read as numbers; set left
	Sum  bool   // the total row must equal the sum of the rows
}

// Row is one row of a table: its name and then one Num for every column after the first.
type Row struct {
	Name    string
	Sample  bool
	Amended int // number of the amendment that speaks of this row, 0 if none
	Cells   []Num
}

// Table is a table with a name column. Columns[0] names the rows.
type Table struct {
	Title   string // empty: the catalogue's title for By
	By      string // "list", "industry", "unit", "category", "area"
	Columns []Column
	Rows    []Row
	Total   *Row
	Note    string // one line below
}

// Section is a headed part of a bulletin or a letter.
type Section struct {
	Heading string
	Text    []Sentence
	Items   []Sentence // numbered (一)（二）
	Tables  []Table
}

// Ranked is one project or unit at the top or the bottom of an order.
type Ranked struct {
	Name   string
	Unit   string // who answers for it
	Value  Num
	Why    string // one line
	Sample bool
}

// Start is a project that began this month.
type Start struct {
	Name   string
	Unit   string
	On     time.Time
	Invest Num
	Sample bool
}

// Red is one row of the red list 严重落后: what is wrong, who answers, until when.
type Red struct {
	Name     string
	Unit     string
	Leader   string
	Gap      Num
	Reason   Sentence
	Deadline time.Time
	Sample   bool
}

// Amendment 更正单 is the sheet added behind a bulletin that was already printed.
type Amendment struct {
	No     int
	On     time.Time
	Text   []Sentence // what was printed, what it should be
	Reason []Sentence
	Entry  int64 // its ledger entry
	Ref    string
	Code   string // verification code of this sheet
	Office string // who issues it; empty: the bulletin's office
}

// Footnote says in words where a number comes from; entries and figure are printed after the words.
type Footnote struct {
	Note    int
	Text    string
	Figure  string
	Entries []int64
}

// Attachment is one line of the list of attachments.
type Attachment struct{ Name string }

// Bulletin 月度通报 is the frozen month, as printed and sent out.
type Bulletin struct {
	Title       string // empty: the catalogue's, with the district
	District    string
	Office      string // who issues and signs it
	Year        int
	Month       int
	Issue       int
	ListVersion string // which edition of the project list
	Pack        string // rule pack and version that set the lights
	AsOf        time.Time
	FrozenAt    time.Time
	Issued      time.Time
	Position    int64  // ledger position of the freeze
	Digest      string // digest of the ledger at that position
	Code        string // verification code
	Live        string // address of the live page
	Sample      bool   // the whole bulletin is sample data
	Draft       bool   // not issued yet
	RankNote    string // one line below the order: who takes part in it

	Lede        []Sentence
	Tables      []Table
	Tops        []Ranked
	Bottoms     []Ranked
	Starts      []Start
	Reds        []Red
	Sections    []Section // what else the office says: moved promises, decisions of the meeting
	Attachments []Attachment
	Amendments  []Amendment
	Footnotes   []Footnote
	CopiesTo    []string // 抄送
}

// Milestone is one row of a letter's timetable.
type Milestone struct {
	Name   string
	Due    time.Time
	DoneOn time.Time // zero: not yet
	After  string    // the step it waits for: the road map's link
	Weight string    // difficulty, as agreed
	Owner  string
	Sample bool
}

// Signature is one signer under a letter.
type Signature struct {
	Role   string // empty: nothing is printed above the name
	Name   string // empty: a blank line to sign on
	On     time.Time
	Sample bool
}

// Change is one difference from the version before.
type Change struct {
	What   string
	Was    string
	Now    string
	Reason string
}

// Letter 责任状 is a letter of responsibility: what was promised, when, by whom.
type Letter struct {
	Title       string
	District    string
	Project     string
	Year        int
	Version     int
	Number      string // document number, may be empty
	Promises    []Sentence
	Milestones  []Milestone
	Commitments []Sentence // what departments promised
	Reporting   []Sentence // rhythm of reports, how a date may be moved
	Sections    []Section  // anything else, after those four
	Signatures  []Signature
	Changes     []Change // printed on a sheet behind
	Attachments []Attachment
	Entry       string // ledger number, as printed
	Suite       string // signature suite
	Code        string
	Sample      bool
}

// Levels of a slip. Heads are told apart by shape and rule, so that black print needs no coloured paper.
const (
	Reminder = "reminder" // ◇ hairline
	Warning  = "warning"  // △ double rule
	RedSlip  = "red"      // ■ thick rule
)

// Fact is one named line of a slip.
type Fact struct {
	Name string
	Text string
}

// Slip 督办单、督办函 is a supervision letter: as a form of named lines (Facts), as prose (Body), or both.
type Slip struct {
	Level    string
	Head     string // what the slip is called; empty: the level's name in the catalogue
	Number   string // document number
	Title    string // empty: the catalogue's title
	Subtitle string // empty with Facts: 一事一单
	District string
	Office   string // who issues and signs
	Facts    []Fact // 牵头单位, 督办事项, 原定期限, 怎样算办成, 限期, 不服怎么办 … in the order printed
	To       string // whom a prose letter addresses
	Body     []Sentence
	Asks     []Sentence // numbered requests
	Close    []Sentence // after the requests
	Contact  string
	Signed   time.Time
	Return   bool // print the return part below a cut line
	Entry    string
	Suite    string
	Code     string
	Note     string // last line at the foot
	Sample   bool
}

// Flag is one milestone on a wall chart: draw.Done, draw.Overdue, draw.Ahead, draw.Moved.
type Flag struct {
	On   time.Time
	Kind string
	Name string
}

// WallRow is one project on a wall chart. A zero time is left out.
type WallRow struct {
	Light   string    // overall: draw.Green … draw.None
	Four    [4]string // start, progress, money, statistics; empty: not printed
	Name    string
	Unit    string
	Leader  string
	Promise string // what was promised, short
	Due     time.Time
	Start   time.Time
	Likely  time.Time // half the runs end by this day
	Late    time.Time // four fifths do
	Flags   []Flag
	Sample  bool
}

// MaxRows is how many projects one wall chart holds; Split makes more sheets.
const MaxRows = 18

// WallChart 作战图 is one front on one A3 sheet.
type WallChart struct {
	Title    string // empty: the front with the catalogue's word
	Front    string
	District string
	From     time.Time // first month
	Months   int       // 0: twelve
	AsOf     time.Time // ink to here
	Issue    int
	Pack     string
	Sheet    int
	Sheets   int
	Summary  string // one line under the as-of: counts by light
	Rows     []WallRow
	Words    map[string]string // a pack's own names for the flags, by kind; the shapes stay
	Live     string            // address of the live page, printed as a QR code and in letters
	Code     string
	Sample   bool
}

// Split cuts a chart into sheets of at most MaxRows projects and numbers them.
func (w WallChart) Split() []WallChart {
	n := max((len(w.Rows)+MaxRows-1)/MaxRows, 1)
	out := make([]WallChart, n)
	for i := range out {
		out[i] = w
		out[i].Rows = w.Rows[min(i*MaxRows, len(w.Rows)):min((i+1)*MaxRows, len(w.Rows))]
		out[i].Sheet, out[i].Sheets = i+1, n
	}
	return out
}

// TableSheet is a list exported as it stands on the page.
type TableSheet struct {
	Title  string
	Filter string // the filter sentence, as it read
	AsOf   time.Time
	Frozen time.Time // zero: not frozen
	Table  Table
	Live   string
	Sample bool
}
