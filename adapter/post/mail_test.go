package post_test

import (
	"context"
	"errors"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shigan/adapter/post"
	"shigan/app"
	"shigan/kernel/fault"
	"shigan/testkit"
)

var letter = app.Letter{Key: "0123456789abcdef", To: "liu.ting@example.cn", Head: "实干 2022 年 7 月 2 日：3 条消息", Body: "· 交给你办：快速通道 1.8 公里管线迁改\n  2022 年 7 月 8 日 17:30 前\n.\n一行只有一个点的也要完整\n",
	Made: time.Date(2022, 7, 2, 0, 0, 0, 0, time.UTC)}

const from = "实干 <shigan@jimo.example.cn>"

func mailer(t testing.TB, server string) *post.Mail {
	t.Helper()
	m, err := post.NewMail(server, from)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestALetterArrivesWhole by each way to a mail server, read by another library than it was written with.
func TestALetterArrivesWhole(t *testing.T) {
	for name, tc := range map[string]struct{ secure, user string }{
		"STARTTLS with a password": {"starttls", "clerk:secret"},
		"TLS from the first byte":  {"tls", "clerk:secret"},
		"a relay next door":        {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			box := testkit.OpenPostbox(t, tc.secure)
			m := mailer(t, box.URL(tc.user))
			for range 2 {
				if err := m.Mail(t.Context(), letter); err != nil {
					t.Fatal(err)
				}
			}
			got := box.Letters()
			if len(got) != 2 || got[0].From != "shigan@jimo.example.cn" || got[0].To != letter.To || got[0].TLS != (tc.secure != "") || (got[0].User != "") != (tc.user != "") {
				t.Fatalf("%+v", got)
			}
			h, body := got[0].Read(t)
			if body != letter.Body {
				t.Errorf("the text came as %q", body)
			}
			if s := got[0].Subject(t); s != letter.Head {
				t.Errorf("subject %q", s)
			}
			if a, err := mail.ParseAddress(h.Get("From")); err != nil || a.Name != "实干" || a.Address != "shigan@jimo.example.cn" {
				t.Errorf("from %v %v", a, err)
			}
			if h.Get("Message-Id") != "<0123456789abcdef@jimo.example.cn>" || got[1].Key(t) != got[0].Key(t) {
				t.Errorf("a second try is another letter: %s, %s", got[0].Key(t), got[1].Key(t))
			}
			if d, err := h.Date(); err != nil || !d.Equal(letter.Made) {
				t.Errorf("date %v %v", d, err)
			}
			if h.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(h.Get("Content-Type"), "text/plain") || !strings.Contains(strings.ToLower(h.Get("Content-Type")), "utf-8") {
				t.Errorf("%v", h)
			}
			if string(got[0].Raw) != string(got[1].Raw) {
				t.Error("two tries are not the same, byte for byte")
			}
		})
	}
}

// TestWhatAMailServerSaysIsTakenAtItsWord, and no more than that: only an address that is said not to exist is given up.
func TestWhatAMailServerSaysIsTakenAtItsWord(t *testing.T) {
	box := testkit.OpenPostbox(t, "starttls")
	m := mailer(t, box.URL("clerk:secret"))
	try := func() *app.Undelivered {
		err := m.Mail(t.Context(), letter)
		u, ok := errors.AsType[*app.Undelivered](err)
		if !ok {
			t.Fatalf("said %v", err)
		}
		return u
	}
	for name, tc := range map[string]struct {
		say        error
		gone, down bool
	}{
		"no such address":                {testkit.Say(550, [3]int{5, 1, 1}, "no such user"), true, false},
		"relaying denied to all":         {testkit.Say(554, [3]int{5, 7, 1}, "relay access denied"), false, false},
		"come again later":               {testkit.Say(451, [3]int{4, 7, 1}, "greylisted"), false, false},
		"letter-box full":                {testkit.Say(552, [3]int{5, 2, 2}, "mailbox full"), false, false},
		"refused without any code":       {testkit.Say(550, [3]int{-1, -1, -1}, "no"), false, false},
		"no such domain, in other words": {testkit.Say(550, [3]int{5, 1, 2}, "bad destination"), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			box.Refuse(func(string) error { return tc.say })
			if u := try(); u.Gone != tc.gone || u.Down != tc.down || u.Never || u.Why == "" {
				t.Errorf("%+v", u)
			}
		})
	}
	box.Refuse(nil)
	box.After(func() error { return testkit.Say(452, [3]int{4, 3, 1}, "disk full") })
	if u := try(); u.Gone || u.Never {
		t.Errorf("a full disk: %+v", u)
	}
	box.After(nil)
	if err := mailer(t, box.URL("clerk:wrong")).Mail(t.Context(), letter); err == nil {
		t.Error("a wrong password sent a letter")
	} else if u, ok := errors.AsType[*app.Undelivered](err); !ok || !u.Down || strings.Contains(u.Why, "wrong@") {
		t.Errorf("a wrong password is about no letter: %v", err)
	}
	box.Down()
	if u := try(); !u.Down || u.Gone {
		t.Errorf("nobody answers: %+v", u)
	}
	if got := box.Letters(); len(got) != 0 {
		t.Errorf("%d came all the same", len(got))
	}
}

// TestNothingGoesOutInTheClearUnlessItWasSaid: a server that offers no STARTTLS, or shows a certificate of nobody's, gets nothing.
func TestNothingGoesOutInTheClearUnlessItWasSaid(t *testing.T) {
	plain := testkit.OpenPostbox(t, "")
	if err := mailer(t, "smtp://"+plain.Addr).Mail(t.Context(), letter); err == nil || len(plain.Letters()) > 0 {
		t.Errorf("a letter went in the clear: %v", err)
	}
	for _, secure := range []string{"starttls", "tls"} {
		box := testkit.OpenPostbox(t, secure)
		bare, _, _ := strings.Cut(box.URL("clerk:secret"), "?")
		if err := mailer(t, bare).Mail(t.Context(), letter); err == nil || len(box.Letters()) > 0 {
			t.Errorf("%s: a letter went to a server that nobody vouches for: %v", secure, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := mailer(t, plain.URL("")).Mail(ctx, letter); err == nil {
		t.Error("a try that was broken off counts as one that went through")
	}
}

func TestASettingThatIsNoMailServerIsNamed(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "no.pem")
	if err := os.WriteFile(bad, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, server := range []string{"", "mail.example.cn", "http://mail.example.cn", "smtp://", "smtp://h:587/x", "smtp://u:p@h:25?tls=no", "smtps://h?tls=no", "smtp://h?tls=maybe",
		"smtp://h?cert=x", "smtp://h?ca=/no/such/file", "smtp://h?ca=" + bad, "smtp://h:port", "smtp://h:99999"} {
		if _, err := post.NewMail(server, from); !errors.Is(err, post.ErrServer) {
			t.Errorf("%q: %v", server, err)
		}
	}
	if _, err := post.NewMail("smtp://u:geheim@h:25?tls=no", from); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("a refusal repeats the password: %v", err)
	}
	for _, sender := range []string{"", "shigan", "a@b, c@d", "<>"} {
		if _, err := post.NewMail("smtp://h", sender); !errors.Is(err, post.ErrFrom) {
			t.Errorf("%q: %v", sender, err)
		}
	}
}

// FuzzMailServer: whatever is written as a server, it is refused with our own words or makes a way that sends nothing by itself.
func FuzzMailServer(f *testing.F) {
	for _, s := range []string{"smtp://u:p@h:587", "smtps://h", "smtp://h:25?tls=no", "smtp://[::1]:25", "smtp://h?ca=", "://", "smtp://h:0"} {
		f.Add(s, from)
	}
	f.Fuzz(func(t *testing.T, server, sender string) {
		if strings.Contains(server, "ca=") {
			return // names a file
		}
		m, err := post.NewMail(server, sender)
		if _, ours := fault.Of(err); (err == nil) != (m != nil) || err != nil && !ours {
			t.Errorf("%v %v", m, err)
		}
	})
}
