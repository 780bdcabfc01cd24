package app

import (
	"context"
	"iter"

	"shigan/kernel/calendar"
	"shigan/kernel/figure"
	"shigan/kernel/ledger"
	"shigan/kernel/table"
	"shigan/kernel/vault"
)

// Store is what the application asks of a database; adapter/store has it for SQLite and PostgreSQL.
type Store interface {
	Begin(ctx context.Context, district string) (Batch, error)
	In(ctx context.Context, district string) Reader
	Birth(ctx context.Context, district string, suite *ledger.Suite, vkey string, sealed []byte) error
	Districts(ctx context.Context) ([]string, error)
	Rebuild(ctx context.Context, district string, apply func(Batch, ledger.Entry) error) (int64, error)
	Replay(ctx context.Context, district string, apply func(Batch, ledger.Entry) error) (rows int64, differences []string, err error)
	Lapse(ctx context.Context, district, until string) error // counts the cases that fell due before an instant: RFC 3339 in UTC
	Ping(ctx context.Context) error
	Engine() string
	Close() error
}

// Batch is one transaction in which several deeds are done one after the other.
type Batch interface {
	table.Writer
	Suite() *ledger.Suite
	Size() int64 // entries before the batch
	Sealed() (skey []byte, vkey string)
	Next() int64
	Fetch(docs [][2]string) error // reads documents ahead, by kind and id
	Add(e ledger.Entry, leaf []byte)
	Keep()
	Drop()
	Pending() int
	ByKey(key string) (first, last int64, err error)
	AddFile(f File)
	Tell(n Notice) // to a post, of the entry under way
	Blob(digest string) ([]byte, error)
	Commit(sign func(ledger.Checkpoint) (string, error), origin string) error
	Rollback()
}

// Facts is a source of figures that also tells which months are closed.
type Facts interface {
	figure.Source
	FreezeOf(m calendar.Month) (*figure.Freeze, error)
}

// Reader reads one district outside of a batch.
type Reader interface {
	table.Reader
	vault.Shelves
	ledger.Hashes
	Mailbox
	Raw(kind, prefix string) ([][]byte, error)
	RawIn(kind string, ids []string) (map[string][]byte, error)
	Decode(body []byte, into any) error // of a document that Raw or RawIn gave; quick where it was decoded before
	Blob(digest string) ([]byte, error)
	File(digest string) (FileInfo, error)
	Entry(seq int64) (ledger.Stored, error)
	EntriesIn(seqs []int64) (map[int64]ledger.Entry, error)
	Entries(subject string, limit int) ([]ledger.Entry, error)
	Correcting(seq int64) ([]ledger.Entry, error)
	Recent(before int64, limit int) ([]ledger.Entry, error)
	All(from int64) iter.Seq2[ledger.Stored, error]
	Log() (head ledger.Frontier, vkey string, sealed []byte, err error)
	Held() (ledger.Held, error)
	CheckpointFrom(seq int64) (string, error)
	Latest() (string, error)
	SeqAt(recorded string) (int64, error)
	Facts() Facts
	Projects(f ProjectFilter) ([]ProjectLine, error)
	CountProjects(f ProjectFilter) (int, error)
	Distinct(column string, reach ProjectFilter) ([]string, error) // level, class, industry, local, line, lists; of the reach only

	Cases(f CaseFilter) ([]CaseLine, error)
	CountCases(f CaseFilter, by ...string) ([]CaseCount, error) // by: columns of CaseCount.By, none for the total

	CredentialOf(login string) (Credential, bool, error)
	Credentials() ([]Credential, error)
	PutCredential(c Credential) error
	SessionOf(token string) (Session, bool, error)
	Sessions(person, kind string) ([]Session, error)
	PutSession(s Session) error
	EndSession(token string) error
	EndSessions(person, now string) error
	Draft(person, form string) (body, savedAt string, err error)
	PutDraft(person, form, body, at string) error
	Setting(name string) (string, error)
	PutSetting(name, body string) error
}

// File 凭据文件.
type File struct {
	Digest, Name, Media string
	Bytes               []byte
}

// FileInfo is a file of evidence without its bytes.
type FileInfo struct {
	Digest, Name, Media string
	Size                int64
}

// Credential 口令 of a person; the hash says itself how it was made.
type Credential struct {
	Person, Login, Hash    string
	Fails                  int
	LockedUntil, ChangedAt string
}

// Session 会话 or token; Token is the hash of what the browser or the program holds.
type Session struct {
	Token, Person, Post, Kind, Label, CreatedAt, SeenAt, ExpiresAt string
}

// ProjectFilter picks projects by their columns; empty means any.
type ProjectFilter struct {
	Query                                      string // name, id or pinyin
	Level, Class, Front, Industry, List, Stage string
	Local, Line, Owner, Lead, Parent           string
	Moved                                      bool
	FinishFrom, FinishTo                       string
	ReachLink                                  string   // "owner" or "local": only projects of these units
	ReachUnits                                 []string // nil: no limit
	IDs                                        []string // only these; nil: all
	Sort                                       string   // name, finish, moved, plan, id
	Desc                                       bool
	PlanYear                                   int  // with Listed: those dispatched now, by the plan of this year
	Listed                                     bool // only what counts in the dispatch now
	Offset, Limit                              int
}

// ProjectLine is a project as lists show it.
type ProjectLine struct {
	ID, Name, Level, Class, Front, Industry, Place, OwnerUnit, LocalUnit, LineUnit, Lead, Stage, Lists, Finish, Parent string
	Moved                                                                                                              int
}

// CaseFilter picks cases by their columns; empty means any.
type CaseFilter struct {
	Query                     string // number or title, also by pinyin
	Desk, Use, Kind, State    string
	Subject                   string // "project/JM-017"
	Unit, Raiser              string // who handles it, who raised it
	NextUnit, NextPost        string // whose turn it is
	NextAs                    string // as what it is somebody's turn: raiser, handler, desk, seat …
	NoPost                    bool   // whose turn it is, is a unit as such and no post of it
	NoUnit, NoTurn            bool   // nobody handles it; it waits for whoever keeps the desk
	Seat                      string // the post at the level where it stands
	Outcome, Rate             string
	Level                     int
	Open, Closed              bool
	DueBefore                 string    // RFC 3339 in UTC: open, and due before this (overdue, when it is now)
	DueFrom                   string    // due at or after this
	NearBefore                string    // open, not due before this, and yellow by then (nearly due, when it is now)
	OpenedFrom, OpenedTo      string    // days
	ClosedFrom, ClosedTo      string    // days
	ClosedBy                  string    // confirmed, withdrawn, signed, undone, taken-over
	ClosedIn                  string    // the month in which it was closed: "2022-06"
	Climbed                   string    // the month in which it climbed last
	ReopenedIn                string    // the month in which it was reopened last
	Reopened, Unfixed, Vacant bool      // only these
	Fast                      bool      // only those closed faster than possible
	Mark                      string    // only closed ones whose raiser answered so: called (at all), or one of casework.Marks
	Parties                   []string  // units: only cases with which one of them has to do; nil: no limit
	IDs                       []string  // only these; nil: all
	After                     *CaseLine // only what lies behind this line in the order of the list; its sorted columns and its id are looked at
	Sort                      string    // due (oldest due first, the default), opened, closed, level
	Desc                      bool
	Offset, Limit             int
}

// CaseLine is a case as lists show it. Due was worked out when the case last moved; Stand says how it stands now.
type CaseLine struct {
	ID, Desk, Use, Digest, Kind, Title, Subject, Project, State, Outcome, Rate string
	Unit, Post, Raiser, RaiserPost, NextUnit, NextPost, NextAs, Seat           string
	Level, Climbs, Reopened, Returns, Days                                     int    // Days from opening to closing
	Opened, Due, Closed, ClosedBy, LastClimb, LastReopen                       string // RFC 3339 in UTC; Due "" where no clock runs or all are stopped
	Halted, Fast, Unfixed, Vacant                                              bool
	Seq                                                                        int64
}

// CaseCount is how many cases fall together by some columns.
type CaseCount struct {
	By map[string]string // level, unit, use, desk, kind, state, outcome, rate, next_unit, next_post, next_as, raiser, seat, closed_by, project, subject, unfixed, fast, again, days
	N  int
}
