package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
)

// Suite 密码套件 is the pair of hash and signature that a district chose at birth; it can't change later, since every
// hash above the first entry depends on it.
type Suite struct {
	Name string
	New  func() hash.Hash
	leaf byte // RFC 6962 prefix of a leaf
	node byte // RFC 6962 prefix of an inner node
}

var (
	SHA256 = &Suite{Name: "sha256-ed25519", New: sha256.New, leaf: rfc6962.RFC6962LeafHashPrefix, node: rfc6962.RFC6962NodeHashPrefix}
	SM3    = &Suite{Name: "sm3-sm2", New: sm3.New, leaf: rfc6962.RFC6962LeafHashPrefix, node: rfc6962.RFC6962NodeHashPrefix}
)

// SuiteNamed finds a suite by its name.
func SuiteNamed(name string) (*Suite, error) {
	switch name {
	case SHA256.Name:
		return SHA256, nil
	case SM3.Name:
		return SM3, nil
	}
	return nil, fmt.Errorf("no cipher suite %q", name)
}

// EmptyRoot, HashLeaf, HashChildren and Size make a Suite a merkle.LogHasher.
func (s *Suite) EmptyRoot() []byte { return s.New().Sum(nil) }

func (s *Suite) HashLeaf(leaf []byte) []byte {
	h := s.New()
	h.Write([]byte{s.leaf})
	h.Write(leaf)
	return h.Sum(nil)
}

func (s *Suite) HashChildren(l, r []byte) []byte {
	h := s.New()
	b := append(append(append(make([]byte, 0, 1+len(l)+len(r)), s.node), l...), r...)
	h.Write(b)
	return h.Sum(nil)
}

func (s *Suite) Size() int { return s.New().Size() }

// Digest names the bytes of a file: "sha256:…" or "sm3:…".
func (s *Suite) Digest(b []byte) string {
	h := s.New()
	h.Write(b)
	name, _, _ := strings.Cut(s.Name, "-")
	return name + ":" + hex.EncodeToString(h.Sum(nil))
}

// GenerateKey makes a key pair for signed notes: skey is secret, vkey is published.
func (s *Suite) GenerateKey(name string) (skey, vkey string, err error) {
	if s == SHA256 {
		return note.GenerateKey(rand.Reader, name)
	}
	priv, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		return "", "", err
	}
	d := priv.D.FillBytes(make([]byte, 32))
	pub := append([]byte{algSM2}, append(priv.X.FillBytes(make([]byte, 32)), priv.Y.FillBytes(make([]byte, 32))...)...)
	id := keyID(name, pub)
	skey = fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, id, base64.StdEncoding.EncodeToString(append([]byte{algSM2}, d...)))
	vkey = fmt.Sprintf("%s+%08x+%s", name, id, base64.StdEncoding.EncodeToString(pub))
	return skey, vkey, nil
}

// algSM2 is our type byte for SM2 in a signed note; C2SP leaves 0xff for types that are not registered, followed by more bytes,
// and 0x1x free of use at the time of writing.
const algSM2 = 0x1a

func keyID(name string, pub []byte) uint32 {
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write(pub)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

var errKey = errors.New("malformed key")

// splitKey takes "name+hash+base64" apart.
func splitKey(key string) (name string, id uint32, data []byte, err error) {
	name, rest, ok := strings.Cut(key, "+") // from the left: base64 may hold '+' too
	idText, b64, ok2 := strings.Cut(rest, "+")
	if !ok || !ok2 {
		return "", 0, nil, errKey
	}
	if _, err := fmt.Sscanf(idText, "%08x", &id); err != nil {
		return "", 0, nil, errKey
	}
	data, err = base64.StdEncoding.DecodeString(b64)
	if err != nil || len(data) == 0 {
		return "", 0, nil, errKey
	}
	return name, id, data, nil
}

// NewSigner opens a secret key of either kind.
func NewSigner(skey string) (note.Signer, error) {
	rest, ok := strings.CutPrefix(skey, "PRIVATE+KEY+")
	if !ok {
		return nil, errKey
	}
	name, id, data, err := splitKey(rest)
	if err != nil {
		return nil, err
	}
	if data[0] != algSM2 {
		return note.NewSigner(skey)
	}
	return &sm2Signer{name: name, id: id, priv: sm2Private(data[1:])}, nil
}

// NewVerifier opens a published key of either kind.
func NewVerifier(vkey string) (note.Verifier, error) {
	name, id, data, err := splitKey(vkey)
	if err != nil {
		return nil, err
	}
	if data[0] != algSM2 {
		return note.NewVerifier(vkey)
	}
	if id != keyID(name, data) {
		return nil, errKey
	}
	return newSM2Verifier(name, id, data[1:])
}
