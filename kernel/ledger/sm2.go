package ledger

import (
	"crypto/ecdsa"
	"crypto/rand"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
)

// sm2Signer and sm2Verifier put SM2 (GB/T 32918) behind the interfaces of the signed note, with the default user id of
// GB/T 35276 and the signature in ASN.1.
type sm2Signer struct {
	name string
	id   uint32
	priv *sm2.PrivateKey
}

func (s *sm2Signer) Name() string    { return s.name }
func (s *sm2Signer) KeyHash() uint32 { return s.id }
func (s *sm2Signer) Sign(msg []byte) ([]byte, error) {
	return s.priv.SignWithSM2(rand.Reader, nil, msg)
}

// sm2Private rebuilds the key pair from its secret number.
func sm2Private(d []byte) *sm2.PrivateKey {
	p := new(sm2.PrivateKey)
	p.Curve = sm2.P256()
	p.D = new(big.Int).SetBytes(d)
	p.X, p.Y = p.Curve.ScalarBaseMult(d)
	return p
}

type sm2Verifier struct {
	name string
	id   uint32
	pub  *ecdsa.PublicKey
}

func newSM2Verifier(name string, id uint32, xy []byte) (*sm2Verifier, error) {
	if len(xy) != 64 {
		return nil, errKey
	}
	c := sm2.P256()
	x, y := new(big.Int).SetBytes(xy[:32]), new(big.Int).SetBytes(xy[32:])
	if !c.IsOnCurve(x, y) {
		return nil, errKey
	}
	return &sm2Verifier{name: name, id: id, pub: &ecdsa.PublicKey{Curve: c, X: x, Y: y}}, nil
}

func (v *sm2Verifier) Name() string    { return v.name }
func (v *sm2Verifier) KeyHash() uint32 { return v.id }
func (v *sm2Verifier) Verify(msg, sig []byte) bool {
	return sm2.VerifyASN1WithSM2(v.pub, nil, msg, sig)
}
