// Package vault 保密柜 encrypts what is personal: each person has a data key of his own, wrapped by the instance's master key, so
// that destroying one small row erases a person for good while the ledger, which holds only salted commitments, stays whole.
//
// AES-256-GCM through the standard library; the Cipher is an interface, so that a certified module (SM4) can stand in.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"shigan/kernel/fault"
)

var (
	ErrKey    = fault.New(fault.Broken, "vault.key")
	ErrErased = fault.New(fault.NotFound, "vault.erased")
)

// Cipher seals and opens bytes with a key; context binds the ciphertext to its place.
type Cipher interface {
	Seal(key, plain, context []byte) ([]byte, error)
	Open(key, sealed, context []byte) ([]byte, error)
	KeySize() int
}

// AESGCM is the default cipher.
type AESGCM struct{}

func (AESGCM) KeySize() int { return 32 }

func gcm(key []byte) (cipher.AEAD, error) {
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, ErrKey.With("why", err.Error())
	}
	return cipher.NewGCM(b)
}

func (AESGCM) Seal(key, plain, context []byte) ([]byte, error) {
	g, err := gcm(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, g.NonceSize())
	rand.Read(nonce)
	return g.Seal(nonce, nonce, plain, context), nil
}

func (AESGCM) Open(key, sealed, context []byte) ([]byte, error) {
	g, err := gcm(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < g.NonceSize() {
		return nil, ErrKey.With("why", "too short")
	}
	plain, err := g.Open(nil, sealed[:g.NonceSize()], sealed[g.NonceSize():], context)
	if err != nil {
		return nil, ErrKey.With("why", err.Error())
	}
	return plain, nil
}

// Shelves is where the vault keeps its rows.
type Shelves interface {
	WrappedKey(owner string) ([]byte, error)
	PutWrappedKey(owner string, wrapped []byte) error
	SealedItem(owner, field string) ([]byte, error)
	PutSealedItem(owner, field string, sealed []byte) error
	Erase(owner string) error
}

// Vault works on shelves with a master key.
type Vault struct {
	Master []byte
	Cipher Cipher
}

// New makes a vault with the default cipher.
func New(master []byte) Vault { return Vault{master, AESGCM{}} }

// key gives an owner's data key, made at the first use.
func (v Vault) key(s Shelves, owner string, make bool) ([]byte, error) {
	wrapped, err := s.WrappedKey(owner)
	if err != nil {
		return nil, err
	}
	if wrapped == nil {
		if !make {
			return nil, ErrErased
		}
		key := randomBytes(v.Cipher.KeySize())
		if wrapped, err = v.Cipher.Seal(v.Master, key, []byte("key/"+owner)); err != nil {
			return nil, err
		}
		if err := s.PutWrappedKey(owner, wrapped); err != nil {
			return nil, err
		}
		if wrapped, err = s.WrappedKey(owner); err != nil { // another server may have been first
			return nil, err
		}
	}
	return v.Cipher.Open(v.Master, wrapped, []byte("key/"+owner))
}

// Put encrypts one field of an owner and returns the salted commitment for the ledger.
func (v Vault) Put(s Shelves, owner, field, value string) (commitment string, err error) {
	key, err := v.key(s, owner, true)
	if err != nil {
		return "", err
	}
	salt := randomBytes(16)
	sealed, err := v.Cipher.Seal(key, append(salt, value...), []byte(owner+"/"+field))
	if err != nil {
		return "", err
	}
	return commit(salt, value), s.PutSealedItem(owner, field, sealed)
}

// Get decrypts one field; "" where it was never given, ErrErased where the person was erased.
func (v Vault) Get(s Shelves, owner, field string) (string, error) {
	sealed, err := s.SealedItem(owner, field)
	if err != nil || sealed == nil {
		return "", err
	}
	key, err := v.key(s, owner, false)
	if err != nil {
		return "", err
	}
	plain, err := v.Cipher.Open(key, sealed, []byte(owner+"/"+field))
	if err != nil || len(plain) < 16 {
		return "", err
	}
	return string(plain[16:]), nil
}

// Seal and Open protect one secret of the instance itself, such as the log's signing key.
func (v Vault) Seal(name string, plain []byte) ([]byte, error) {
	return v.Cipher.Seal(v.Master, plain, []byte("secret/"+name))
}

func (v Vault) Open(name string, sealed []byte) ([]byte, error) {
	return v.Cipher.Open(v.Master, sealed, []byte("secret/"+name))
}

func commit(salt []byte, value string) string {
	m := hmac.New(sha256.New, salt)
	m.Write([]byte(value))
	return "hmac-sha256:" + hex.EncodeToString(m.Sum(nil))
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails since Go 1.24
	return b
}

// MasterKey reads the key from a file, made at the first start, readable by its owner only.
func MasterKey(file string) ([]byte, error) {
	raw, err := os.ReadFile(file)
	if err == nil {
		key, err := hex.DecodeString(string(raw))
		if err != nil || len(key) != 32 {
			return nil, ErrKey.With("why", file)
		}
		return key, nil
	}
	if !os.IsNotExist(err) {
		return nil, ErrKey.With("why", err.Error())
	}
	key := randomBytes(32)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, ErrKey.With("why", err.Error())
	}
	if err := os.WriteFile(file, []byte(hex.EncodeToString(key)), 0o600); err != nil {
		return nil, ErrKey.With("why", err.Error())
	}
	return key, nil
}
