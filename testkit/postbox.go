package testkit

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-message"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Postbox 邮局 is a real mail server on this machine. It takes whatever comes, as often as it comes, and keeps it in order.
type Postbox struct {
	Addr string
	CA   string // file with the certificate that it shows

	secure  string // "", starttls, tls
	conf    *tls.Config
	mu      sync.Mutex
	letters []Received
	refuse  func(to string) error
	after   func() error // asked when a letter is whole, before it is taken
	server  *smtp.Server
}

// Received is a letter as it came.
type Received struct {
	From, To, User string
	Raw            []byte
	TLS            bool
}

// Read parses the letter as a mail program does: its header, and its text decoded.
func (r Received) Read(t testing.TB) (mail.Header, string) {
	t.Helper()
	e, err := message.Read(bytes.NewReader(r.Raw))
	if err != nil {
		t.Fatalf("no letter: %v\n%s", err, r.Raw)
	}
	m, err := mail.ReadMessage(bytes.NewReader(r.Raw))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	return m.Header, strings.ReplaceAll(string(body), "\r\n", "\n")
}

// Subject decoded.
func (r Received) Subject(t testing.TB) string {
	t.Helper()
	h, _ := r.Read(t)
	s, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Key is what an honest receiver knows a letter by.
func (r Received) Key(t testing.TB) string { h, _ := r.Read(t); return h.Get("Message-Id") }

// OpenPostbox starts one: secure is "" (in the clear), "starttls" or "tls". User "clerk", password "secret" may sign in.
func OpenPostbox(t testing.TB, secure string) *Postbox {
	t.Helper()
	p := &Postbox{secure: secure, Addr: "127.0.0.1:0"}
	if secure != "" {
		p.conf, p.CA = certificate(t)
	}
	p.Up(t)
	t.Cleanup(p.Down)
	return p
}

// Up starts the server again at the same address, Down stops it.
func (p *Postbox) Up(t testing.TB) {
	t.Helper()
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		_, secure := c.TLSConnectionState()
		return &session{p: p, got: Received{TLS: secure}, conn: c}, nil
	}))
	s.Domain, s.ReadTimeout, s.WriteTimeout = "localhost", 10*time.Second, 10*time.Second
	s.AllowInsecureAuth = p.secure == ""
	if p.secure == "starttls" {
		s.TLSConfig = p.conf
	}
	var ln net.Listener
	var err error
	for range 50 { // the address may be held a moment by what was stopped
		if ln, err = net.Listen("tcp", p.Addr); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	p.Addr = ln.Addr().String()
	if p.secure == "tls" {
		ln = tls.NewListener(ln, p.conf)
	}
	p.server = s
	go s.Serve(ln)
}

func (p *Postbox) Down() { p.server.Close() }

// URL is how the server is named to who sends; user "" signs nobody in.
func (p *Postbox) URL(user string) string {
	scheme, q := "smtp", "?tls=no"
	if p.secure == "tls" {
		scheme = "smtps"
	}
	if p.secure != "" {
		q = "?ca=" + p.CA
	}
	if user != "" {
		user += "@"
	}
	return scheme + "://" + user + p.Addr + q
}

// Letters are those that came, in order.
func (p *Postbox) Letters() []Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Received(nil), p.letters...)
}

// Refuse lets the server refuse receivers; After is asked before each letter is taken.
func (p *Postbox) Refuse(f func(to string) error) { p.mu.Lock(); defer p.mu.Unlock(); p.refuse = f }
func (p *Postbox) After(f func() error)           { p.mu.Lock(); defer p.mu.Unlock(); p.after = f }

// Say is a refusal of a mail server.
func Say(code int, enhanced [3]int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode(enhanced), Message: text}
}

type session struct {
	p    *Postbox
	conn *smtp.Conn
	got  Received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "clerk" || password != "secret" {
			return errors.New("wrong password")
		}
		s.got.User = user
		return nil
	}), nil
}
func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.got.From = from; return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.p.mu.Lock()
	refuse := s.p.refuse
	s.p.mu.Unlock()
	if refuse != nil {
		if err := refuse(to); err != nil {
			return err
		}
	}
	s.got.To = to
	return nil
}
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, s.got.TLS = s.conn.TLSConnectionState()
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	if s.p.after != nil {
		if err := s.p.after(); err != nil {
			return err
		}
	}
	got := s.got
	got.Raw = raw
	s.p.letters = append(s.p.letters, got)
	return nil
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// certificate for 127.0.0.1, and a file with it for who should trust it.
func certificate(t testing.TB) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		IPAddresses: []net.IP{net.ParseIP("127.0.0.1")}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file
}
