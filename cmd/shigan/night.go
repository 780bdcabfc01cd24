package main

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"time"

	"shigan/adapter/post"
	"shigan/app"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/packs"
)

// postFlags are those of every command that may send something.
var postFlags = []string{"mail-from=", "hook-allow="}

func nightCommands() []command {
	return []command{
		{name: "clock run", flags: postFlags, run: clockRun},
		{name: "mail test", flags: append([]string{"to="}, postFlags...), run: mailTest},
	}
}

// setting is a flag's value, or that of the environment.
func (c *call) setting(flag, env string) string {
	if v := c.text(flag); v != "" {
		return v
	}
	return c.getenv(env)
}

// mailServer is where letters go, "" for none. It may hold a password, so it has no flag: whoever lists processes would read it.
func (c *call) mailServer() string { return c.getenv("SHIGAN_SMTP") }

// packFS is the packs that come with the program, or those of a folder (--packs).
func (c *call) packFS() (fs.FS, error) {
	dir := c.text("packs")
	if dir == "" {
		return packs.FS(), nil
	}
	if _, err := os.Stat(dir); err != nil {
		return nil, errNoFile.With("file", dir)
	}
	return os.DirFS(dir), nil
}

// messages sets how the office tells people.
func (c *call) messages(o *app.Office) error {
	from, err := c.packFS()
	if err != nil {
		return err
	}
	o.Messages, err = app.LoadMessageRules(from, o.District)
	if f, ok := fault.Of(err); ok && f.Is(app.ErrNoMessageRules) {
		o.Messages, err = app.LoadMessageRules(packs.FS(), o.District) // a folder of an office's own packs need not say it again
	}
	if err != nil {
		return err
	}
	o.MailOn, o.URL = c.mailServer() != "", c.getenv("SHIGAN_URL")
	guard, err := post.NewGuard(c.setting("hook-allow", "SHIGAN_HOOK_ALLOW"))
	if err != nil {
		return err
	}
	o.HookAllowed = guard.Allowed
	return nil
}

// mailer is the way to the mail server, nil where none is named.
func (c *call) mailer() (app.Mailer, error) {
	server := c.mailServer()
	if server == "" {
		return nil, nil
	}
	from := c.setting("mail-from", "SHIGAN_MAIL_FROM")
	if from == "" {
		return nil, post.ErrFrom.With("text", "")
	}
	m, err := post.NewMail(server, from)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// night is what runs beside the pages.
func (c *call) night(o *app.Office) (*app.Night, error) {
	m, err := c.mailer()
	if err != nil {
		return nil, err
	}
	guard, err := post.NewGuard(c.setting("hook-allow", "SHIGAN_HOOK_ALLOW"))
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname()
	server := host + "-" + strconv.Itoa(os.Getpid()) + "-" + app.NewKey()[:8]
	return &app.Night{Office: o, Sender: &app.Sender{Office: o, Mailer: m, Caller: post.NewHooks(guard), Server: server}}, nil
}

// startNight runs the clock and the deliveries until the call ends; stop waits until a round under way is over.
func (c *call) startNight(ctx context.Context, o *app.Office, log *slog.Logger) (stop func(), err error) {
	n, err := c.night(o)
	if err != nil {
		return nil, err
	}
	n.Say = func(r app.Round) { logRound(log, r) }
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.Run(ctx)
	}()
	return func() { cancel(); <-done }, nil
}

// logRound writes a line for a round in which something happened.
func logRound(log *slog.Logger, r app.Round) {
	if r.Quiet() {
		return
	}
	sum := func(m map[string]int) (n int) {
		for _, k := range m {
			n += k
		}
		return n
	}
	args := []any{"climbed", r.Climbed, "slips", r.Slips, "reminded", r.Reminded, "fixed", r.Fixed, "through", sum(r.Sent.Through), "failed", sum(r.Sent.Failed),
		"given_up", sum(r.Sent.GivenUp), "ms", r.Took.Milliseconds()}
	if r.Err != nil {
		log.Error("clock", append(args, "error", r.Err.Error())...)
		return
	}
	log.Info("clock", args...)
}

// roundSaid is what one round did, as clock run prints it.
type roundSaid struct {
	Climbed  int `json:"climbed"`
	Slips    int `json:"slips"`
	Reminded int `json:"reminded"`
	Fixed    int `json:"fixed"`
	Through  int `json:"through"`
	Failed   int `json:"failed"`
	GivenUp  int `json:"given_up"`
}

// clockRun does one round, for cron and for tests.
func clockRun(c *call) error {
	o, err := c.office()
	if err != nil {
		return err
	}
	n, err := c.night(o)
	if err != nil {
		return err
	}
	r := n.Once(c.ctx)
	if r.Err != nil {
		return r.Err
	}
	s := roundSaid{Climbed: r.Climbed, Slips: r.Slips, Reminded: r.Reminded, Fixed: r.Fixed}
	for _, ch := range []string{app.ByMail, app.ByHook} {
		s.Through, s.Failed, s.GivenUp = s.Through+r.Sent.Through[ch], s.Failed+r.Sent.Failed[ch], s.GivenUp+r.Sent.GivenUp[ch]
	}
	return c.give(s, func() {
		c.say("cli.clock.ran", "climbed", s.Climbed, "slips", s.Slips, "reminded", s.Reminded)
		c.say("cli.clock.sent", "fixed", s.Fixed, "through", s.Through, "failed", s.Failed)
	})
}

var errMailTest = fault.New(fault.Unavailable, "cli.mail-failed")

// mailTest sends one letter and says what the mail server said to it.
func mailTest(c *call) error {
	to, err := c.need("to")
	if err != nil {
		return err
	}
	m, err := c.mailer()
	if err != nil {
		return err
	}
	if m == nil {
		return app.ErrNoMail
	}
	at := time.Now()
	err = m.Mail(c.ctx, app.Letter{Key: "test-" + app.NewKey(), To: to, Head: c.word("message.mail.test.head"), Body: c.word("message.mail.test") + "\n", Made: at})
	if err != nil {
		return errMailTest.With("why", err.Error())
	}
	return c.give(map[string]string{"to": to, "at": at.UTC().Format(ledger.TimeLayout)}, func() { c.say("cli.mail.sent", "to", to) })
}
