package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"shigan/domain/org"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"

	"golang.org/x/crypto/argon2"
)

var (
	ErrSignIn   = fault.New(fault.Unsigned, "app.sign-in")
	ErrLocked   = fault.New(fault.Unsigned, "app.locked")
	ErrSession  = fault.New(fault.Unsigned, "app.session-ended")
	ErrPassword = fault.New(fault.Invalid, "app.weak-password")
	ErrNoSeat   = fault.New(fault.Forbidden, "app.no-post")
)

// What sign-in allows. GB/T 22239 asks for lock-out and session end; the numbers are ours.
const (
	maxFails       = 5
	lockFor        = 15 * time.Minute
	sessionIdle    = 60 * time.Minute
	sessionMost    = 12 * time.Hour
	tokenLife      = 365 * 24 * time.Hour
	minPassword    = 8
	argonTime      = 2
	argonMemory    = 19 * 1024 // KiB; OWASP's smaller setting, since a district's server signs in few people at once
	argonThreads   = 1
	argonKeyLength = 32
)

// HashPassword makes an argon2id hash in the usual PHC form.
func HashPassword(password string) (string, error) { return hashWith(password, argonMemory) }

func hashWith(password string, memory uint32) (string, error) {
	if len([]rune(password)) < minPassword {
		return "", ErrPassword.With("least", minPassword)
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, argonTime, memory, argonThreads, argonKeyLength)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, argonTime, argonThreads, enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

func checkPassword(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var memory, times uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &times, &threads); err != nil || memory > 1<<20 || times > 16 || threads == 0 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, times, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// SetPassword gives a person a login name and a password. Whether the caller may is asked by the adapter ("set.password");
// the account itself was opened by facts.
func (o *Office) SetPassword(ctx context.Context, person, login, password string) error {
	hash, err := hashWith(password, cmp.Or(o.HashMemory, argonMemory))
	if err != nil {
		return err
	}
	return o.Read(ctx).PutCredential(Credential{Person: person, Login: strings.ToLower(strings.TrimSpace(login)), Hash: hash, ChangedAt: stamp(o.Clock())})
}

// dummyHash makes a sign-in with an unknown name take as long as one with a wrong password.
var dummyHash = sync.OnceValue(func() string { h, _ := HashPassword("no such person"); return h })

// SignIn 登录 checks name and password and starts a session; it returns what the browser keeps.
func (o *Office) SignIn(ctx context.Context, login, password string) (token string, by org.Signer, err error) {
	defer func() {
		if errors.Is(err, ErrSignIn) || errors.Is(err, ErrLocked) || errors.Is(err, ErrNoSeat) {
			o.tell(Event{Kind: SignInRefused})
		}
	}()
	r, now := o.Read(ctx), o.Clock()
	c, ok, err := r.CredentialOf(strings.ToLower(strings.TrimSpace(login)))
	if err != nil {
		return "", by, err
	}
	if !ok {
		checkPassword(dummyHash(), password)
		return "", by, ErrSignIn
	}
	if c.LockedUntil > stamp(now) {
		return "", by, ErrLocked.With("minutes", int(lockFor/time.Minute))
	}
	if !checkPassword(c.Hash, password) {
		if c.Fails++; c.Fails >= maxFails {
			c.Fails, c.LockedUntil = 0, stamp(now.Add(lockFor))
		}
		if err := r.PutCredential(c); err != nil {
			return "", by, err
		}
		if c.LockedUntil > stamp(now) {
			return "", by, ErrLocked.With("minutes", int(lockFor/time.Minute))
		}
		return "", by, ErrSignIn
	}
	if c.Fails > 0 || c.LockedUntil != "" {
		c.Fails, c.LockedUntil = 0, ""
		if err := r.PutCredential(c); err != nil {
			return "", by, err
		}
	}
	person, err := org.PersonOf(r, c.Person)
	if err != nil {
		return "", by, err
	}
	if person.Disabled {
		return "", by, ErrSignIn
	}
	posts, err := org.PostsOf(r, c.Person, today(now))
	if err != nil {
		return "", by, err
	}
	if len(posts) == 0 {
		return "", by, ErrNoSeat
	}
	if token, err = o.startSession(r, c.Person, posts[0].ID, "web", "", now, sessionMost); err != nil {
		return "", by, err
	}
	return token, signer(c.Person, posts[0]), o.endSetUp(r, now)
}

func (o *Office) startSession(r Reader, person, post, kind, label string, now time.Time, life time.Duration) (string, error) {
	raw := make([]byte, 32)
	rand.Read(raw)
	token := base64.RawURLEncoding.EncodeToString(raw)
	return token, r.PutSession(Session{Token: hashToken(token), Person: person, Post: post, Kind: kind, Label: label,
		CreatedAt: stamp(now), SeenAt: stamp(now), ExpiresAt: stamp(now.Add(life))})
}

// IssueToken makes an API token with the rights of its owner's post; it is shown once.
func (o *Office) IssueToken(ctx context.Context, by org.Signer, label string) (string, error) {
	return o.startSession(o.Read(ctx), by.Person, by.Post, "token", label, o.Clock(), tokenLife)
}

// Signed finds who is behind a token. A web session ends after an hour without use and after twelve in all.
func (o *Office) Signed(ctx context.Context, token string) (org.Signer, Session, error) {
	r, now := o.Read(ctx), o.Clock()
	s, ok, err := r.SessionOf(hashToken(token))
	if err != nil {
		return org.Signer{}, s, err
	}
	if !ok || s.ExpiresAt < stamp(now) {
		return org.Signer{}, s, ErrSession
	}
	seen, err := time.Parse(ledger.TimeLayout, s.SeenAt)
	if err != nil || s.Kind == "web" && now.Sub(seen) > sessionIdle {
		return org.Signer{}, s, ErrSession
	}
	person, err := org.PersonOf(r, s.Person)
	if err != nil {
		return org.Signer{}, s, err
	}
	post, err := org.PostOf(r, s.Post)
	if err != nil {
		return org.Signer{}, s, err
	}
	if person.Disabled || post.Holder(today(now)) != s.Person {
		return org.Signer{}, s, ErrSession // the right went with the post
	}
	if now.Sub(seen) > time.Minute {
		s.SeenAt = stamp(now)
		if err := r.PutSession(s); err != nil {
			return org.Signer{}, s, err
		}
	}
	return signer(s.Person, post), s, nil
}

// SwitchPost lets a person with several posts act in another of them.
func (o *Office) SwitchPost(ctx context.Context, token, post string) error {
	r := o.Read(ctx)
	s, ok, err := r.SessionOf(hashToken(token))
	if err != nil || !ok {
		return ErrSession
	}
	p, err := org.PostOf(r, post)
	if err != nil {
		return err
	}
	if p.Holder(today(o.Clock())) != s.Person {
		return ErrNoSeat
	}
	s.Post = post
	return r.PutSession(s)
}

// SignOut ends a session.
func (o *Office) SignOut(ctx context.Context, token string) error {
	return o.Read(ctx).EndSession(hashToken(token))
}

func hashToken(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

func signer(person string, p org.Post) org.Signer {
	return org.Signer{Person: person, Post: p.ID, Unit: p.Unit, Roles: p.Roles}
}

// SignerOf gives the signer of a post for the command line: whoever sits in it today.
func (o *Office) SignerOf(ctx context.Context, post string) (org.Signer, error) {
	p, err := org.PostOf(o.Read(ctx), post)
	if err != nil {
		return org.Signer{}, err
	}
	holder := p.Holder(today(o.Clock()))
	if holder == "" {
		return org.Signer{}, ErrNoSeat
	}
	return signer(holder, p), nil
}

// nameCache keeps decrypted names of people; the vault is asked once per person.
type nameCache struct {
	mu    sync.Mutex
	names map[string]string
}

// PersonName is the name of a person out of the vault, or the id where it was erased or never given.
func (o *Office) PersonName(ctx context.Context, id string) string {
	o.names.mu.Lock()
	defer o.names.mu.Unlock()
	if n, ok := o.names.names[id]; ok {
		return n
	}
	n, err := o.Vault.Get(o.Read(ctx), "person/"+id, "name")
	if err != nil || n == "" {
		n = id
	}
	if o.names.names == nil {
		o.names.names = map[string]string{}
	}
	o.names.names[id] = n
	return n
}

// Register 登记人员 puts name and telephone into the vault and states the person in the ledger. It is tried first, so that a
// refused or repeated registration leaves the vault as it was.
func (o *Office) Register(ctx context.Context, by org.Signer, p org.Person, name, phone string, opt Options) (Receipt, error) {
	r := o.Read(ctx)
	try := opt
	try.DryRun = true
	tried, err := o.Do(ctx, by, org.RegisterPerson{Person: p}, try)
	if err != nil || tried.Repeat || opt.DryRun {
		return tried, err
	}
	if p.Commitment, err = o.Vault.Put(r, "person/"+p.ID, "name", name); err != nil {
		return Receipt{}, err
	}
	if phone != "" {
		if _, err = o.Vault.Put(r, "person/"+p.ID, "phone", phone); err != nil {
			return Receipt{}, err
		}
	}
	return o.Do(ctx, by, org.RegisterPerson{Person: p}, opt)
}

// MaskPhone shows a number as 138****1234.
func MaskPhone(s string) string {
	r := []rune(s)
	if len(r) < 7 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:3]) + "****" + string(r[len(r)-4:])
}

func stamp(t time.Time) string { return t.UTC().Format(ledger.TimeLayout) }
func today(t time.Time) string { return calendar.DateOf(t).String() }
