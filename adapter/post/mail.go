package post

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/mail"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"shigan/app"
	"shigan/kernel/fault"

	gomail "github.com/wneessen/go-mail"
)

var (
	// ErrServer is a mail server's address that cannot be read.
	ErrServer = fault.New(fault.Invalid, "post.bad-server") // why
	// ErrFrom is a sender's address that cannot be read.
	ErrFrom = fault.New(fault.Invalid, "post.bad-sender") // text
)

// dialTime is how long the mail server may take to answer a step.
const dialTime = 20 * time.Second

// Mail is the way to a mail server.
type Mail struct {
	client *gomail.Client
	from   mail.Address
	domain string
}

// NewMail reads where the mail server is and who the sender:
//
//	smtp://user:password@mail.example.cn:587     STARTTLS, or no letter at all
//	smtps://user:password@mail.example.cn:465    TLS from the first byte
//	smtp://relay.local:25?tls=no                 a relay on the same machine or line, in the clear
//
// ca=FILE names certificates (PEM) of an authority of one's own.
func NewMail(server, from string) (*Mail, error) {
	sender, err := mail.ParseAddress(from)
	if err != nil || !strings.Contains(sender.Address, "@") {
		return nil, ErrFrom.With("text", from)
	}
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || strings.Trim(u.Path, "/") != "" {
		return nil, ErrServer.With("why", "smtp://user:password@host:587") // the text itself may hold a password
	}
	q := u.Query()
	clear := q.Get("tls") == "no"
	for k := range q {
		if k != "tls" && k != "ca" {
			return nil, ErrServer.With("why", k)
		}
	}
	if t := q.Get("tls"); t != "" && !clear || clear && u.Scheme == "smtps" {
		return nil, ErrServer.With("why", "tls="+t)
	}
	conf := &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	if file := q.Get("ca"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, ErrServer.With("why", "ca")
		}
		if conf.RootCAs = x509.NewCertPool(); !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, ErrServer.With("why", "ca")
		}
	}
	opts := []gomail.Option{gomail.WithTimeout(dialTime), gomail.WithTLSConfig(conf), gomail.WithoutRset(), gomail.WithoutNoop()}
	port := 587
	switch {
	case u.Scheme == "smtps":
		port = 465
		opts = append(opts, gomail.WithSSL())
	case clear:
		port = 25
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return nil, ErrServer.With("why", text)
		}
	}
	opts = append(opts, gomail.WithPort(port))
	if user := u.User.Username(); user != "" {
		if clear {
			return nil, ErrServer.With("why", "tls=no") // no password goes out in the clear
		}
		password, _ := u.User.Password()
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(u.Hostname(), opts...)
	if err != nil {
		return nil, ErrServer.With("why", err.Error())
	}
	_, domain, _ := strings.Cut(sender.Address, "@")
	return &Mail{client, *sender, domain}, nil
}

// Mail hands a letter to the mail server. Its Message-ID is the letter's key, so that one that comes twice is known as the same.
func (m *Mail) Mail(ctx context.Context, l app.Letter) error {
	msg := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&m.from)
	if err := msg.To(l.To); err != nil {
		return &app.Undelivered{Why: "address", Gone: true}
	}
	msg.SetMessageIDWithValue(l.Key + "@" + m.domain)
	msg.SetDateWithValue(l.Made)
	msg.Subject(strings.Join(strings.Fields(l.Head), " "))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence answers it
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(gomail.TypeTextPlain, l.Body)
	conn, err := m.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return &app.Undelivered{Why: plainly(err), Down: true}
	}
	err = m.client.SendWithSMTPClient(conn, msg)
	m.client.CloseWithSMTPClient(conn) // the letter is through, whatever the server says to a goodbye
	if err != nil {
		return undelivered(err)
	}
	return nil
}

// undelivered says what a refusal means. Only a server that says that there is no such address (5.1.x) is believed for good: every
// other refusal may be a mistake in its settings, and a letter waits for those to be mended.
func undelivered(err error) error {
	u := &app.Undelivered{Why: plainly(err)}
	s, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		u.Down = true
		return u
	}
	switch s.Reason {
	case gomail.ErrSMTPRcptTo:
		u.Gone = strings.HasPrefix(s.EnhancedStatusCode(), "5.1.")
	case gomail.ErrSMTPDataClose, gomail.ErrWriteContent:
	default:
		u.Down = true // it is not about this letter
	}
	return u
}

// plainly is an error in one line of bounded length; the receiver's address is not repeated.
func plainly(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if i := strings.Index(text, ", affected recipient"); i >= 0 {
		text = text[:i]
	}
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300])
	}
	return text
}
