package app

// Post office: what the messages ask of the database. Of these tables only the messages themselves are a projection; what people
// chose, what was sent and how far are no facts, and a district that loses them loses no history.
type Mailbox interface {
	Messages(f MessageFilter) ([]Message, error)      // newest first
	CountMessages(f MessageFilter) (n int, err error) // as one person reads them: what two of his posts are told counts once; up to Limit
	Seen(person string) (seq int64, err error)
	PutSeen(person string, seq int64) error // never goes back
	Choices(person string) (body string, err error)
	PutChoices(person, body string) error
	Subscribers() ([]string, error) // who has an address or chose something

	Used(keys []string) (map[string]bool, error) // which idempotency keys stand in the ledger

	Cursors(prefix string) (map[string]Cursor, error)
	StartCursor(who string, c Cursor) error // leaves one that is there
	Advance(who string, was, now Cursor, out []Delivery) (bool, error)
	Claim(server, now, until string, most int) ([]Delivery, error)
	Settle(server string, d Delivery) (bool, error)
	Again(id, now string) (ok bool, err error) // due now, whatever became of it; not what is through
	Release(channel, target, now string) error // due now what was put off and never tried; of mail all, of hooks those of the target
	DeliveryOf(id string) (Delivery, bool, error)
	Deliveries(f DeliveryFilter) ([]Delivery, error) // newest first, without what they say
	CountDeliveries() ([]DeliveryCount, error)
	DropDeliveries(before string) (int, error) // through or given up before
	Cancel(target, why, at string) (int, error)

	Feeds(person string) ([]Feed, error)
	FeedOf(hash string) (Feed, bool, error)
	PutFeed(f Feed) error
	FeedSeen(hash, at string) error // of one that is there
	EndFeed(person, hash string) (bool, error)
}

// MessageFilter picks messages.
type MessageFilter struct {
	Posts  []string // nil: of all posts
	Not    string   // the person whose own deeds are left out
	Groups []Group  // nil: all
	After  int64    // of entries after this
	UpTo   int64    // and up to this; 0: to the end
	Before int64    // with No: only those that stand before this one; 0: from the end
	No     int
	Limit  int // 0: all
	Oldest bool
}

// Cursor 进度 is up to which entry somebody's messages were made into deliveries, and the day of his last digest.
type Cursor struct {
	Seq int64
	Day string
}

// Channels by which a delivery goes.
const (
	ByMail = "mail"
	ByHook = "hook"
)

// States of a delivery.
const (
	Waiting = "waiting" // not through yet
	Through = "through" // the receiver has it
	GivenUp = "given-up"
)

// Delivery 投递 is a thing to be sent: fixed, with its key, before it is tried, and tried with the same key until it is through.
type Delivery struct {
	ID      string // the key
	Channel string
	Target  string // person or hook
	Topic   string // of a hook's message, or digest, notice, code
	Head    string // subject of a letter
	Body    string // what is sent, byte for byte
	Made    string // when it was fixed
	State   string
	Tries   int
	Next    string // not before
	Done    string // when it was through or given up
	Why     string // what the receiver or the line said last
}

// DeliveryFilter picks deliveries.
type DeliveryFilter struct {
	Channel, Target, State string
	Before, BeforeID       string // what stands before this one in the list, for turning pages
	Limit                  int
}

// DeliveryCount is how many stand where.
type DeliveryCount struct {
	Channel, State string
	N              int
	Oldest         string // when the oldest of them was made
}

// Feed 日历订阅 is a private address of a calendar; Hash is of the secret in it.
type Feed struct {
	Hash, Person, Label, Made, Seen string
}
