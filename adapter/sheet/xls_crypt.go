package sheet

import (
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"unicode/utf16"
)

// xlsDecrypt opens an .xls behind a password: RC4 as in Excel 97, or RC4 by the CryptoAPI as in Excel 2002. Both cut the stream
// into blocks of 1024 bytes, each with a key of its own; record headers and a few bodies stay plain.
func xlsDecrypt(stream []byte, opt Options) ([]byte, error) {
	pass := filePass(stream)
	if pass == nil {
		return stream, nil
	}
	if len(pass) < 6 || binary.LittleEndian.Uint16(pass) != 1 {
		return nil, ErrCipher // the XOR method of Excel 95, which nothing writes any more
	}
	var open func(password string) (func(block uint32) []byte, bool)
	major, minor := binary.LittleEndian.Uint16(pass[2:]), binary.LittleEndian.Uint16(pass[4:])
	switch {
	case major == 1 && minor == 1 && len(pass) >= 54:
		open = func(p string) (func(uint32) []byte, bool) { return rc4Key97(p, pass[6:22], pass[22:38], pass[38:54]) }
	case major >= 2 && major <= 4 && minor == 2:
		open = func(p string) (func(uint32) []byte, bool) { return rc4KeyCAPI(p, pass[6:]) }
	default:
		return nil, ErrCipher
	}
	for _, password := range passwords(opt) {
		if key, ok := open(password); ok {
			return rc4Stream(stream, key), nil
		}
	}
	return nil, passwordFault(opt)
}

// filePass finds the FILEPASS record, which stands near the start of the globals.
func filePass(stream []byte) []byte {
	for p := 0; p+4 <= len(stream); {
		kind, size := binary.LittleEndian.Uint16(stream[p:]), int(binary.LittleEndian.Uint16(stream[p+2:]))
		if p+4+size > len(stream) || kind == recEOF || kind == recSheet {
			return nil
		}
		if kind == recFilePass {
			return stream[p+4 : p+4+size]
		}
		p += 4 + size
	}
	return nil
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// rc4Key97 makes the keys of Excel 97 and checks the password against the file's verifier.
func rc4Key97(password string, salt, verifier, hash []byte) (func(uint32) []byte, bool) {
	h := md5.Sum(utf16le(password))
	var mix []byte
	for range 16 {
		mix = append(append(mix, h[:5]...), salt...)
	}
	base := md5.Sum(mix)
	key := func(block uint32) []byte {
		k := md5.Sum(binary.LittleEndian.AppendUint32(append([]byte{}, base[:5]...), block))
		return k[:]
	}
	c, err := rc4.NewCipher(key(0))
	if err != nil {
		return nil, false
	}
	v, w := make([]byte, 16), make([]byte, 16)
	c.XORKeyStream(v, verifier)
	c.XORKeyStream(w, hash)
	want := md5.Sum(v)
	return key, subtle.ConstantTimeCompare(want[:], w) == 1
}

// rc4KeyCAPI makes the keys of the CryptoAPI.
func rc4KeyCAPI(password string, b []byte) (func(uint32) []byte, bool) {
	if len(b) < 8 {
		return nil, false
	}
	size := int(binary.LittleEndian.Uint32(b[4:]))
	if size < 32 || 8+size > len(b) {
		return nil, false
	}
	header, rest := b[8:8+size], b[8+size:]
	bits := int(binary.LittleEndian.Uint32(header[16:]))
	if bits == 0 {
		bits = 40
	}
	if len(rest) < 4+16+16+4+20 || bits < 40 || bits > 128 {
		return nil, false
	}
	salt, verifier, hash := rest[4:20], rest[20:36], rest[40:60]
	base := sha1.Sum(append(append([]byte{}, salt...), utf16le(password)...))
	key := func(block uint32) []byte {
		k := sha1.Sum(binary.LittleEndian.AppendUint32(append([]byte{}, base[:]...), block))
		if bits == 40 {
			return append(append([]byte{}, k[:5]...), make([]byte, 11)...)
		}
		return k[:bits/8]
	}
	c, err := rc4.NewCipher(key(0))
	if err != nil {
		return nil, false
	}
	v, w := make([]byte, 16), make([]byte, 20)
	c.XORKeyStream(v, verifier)
	c.XORKeyStream(w, hash)
	want := sha1.Sum(v)
	return key, subtle.ConstantTimeCompare(want[:], w) == 1
}

// rc4Stream decrypts all bodies. The key stream runs on under the headers, so their bytes are used up as well.
func rc4Stream(stream []byte, key func(uint32) []byte) []byte {
	const blockSize = 1024
	out := append([]byte{}, stream...)
	mask := make([]byte, 0, len(stream)+blockSize)
	for block := uint32(0); len(mask) < len(stream); block++ {
		c, err := rc4.NewCipher(key(block))
		if err != nil {
			return out
		}
		chunk := make([]byte, blockSize)
		c.XORKeyStream(chunk, chunk)
		mask = append(mask, chunk...)
	}
	eachBody(stream, func(kind uint16, from, to int) {
		for i := from; i < to; i++ {
			out[i] = stream[i] ^ mask[i]
		}
	})
	return out
}

// eachBody calls f for every stretch that is encrypted.
func eachBody(stream []byte, f func(kind uint16, from, to int)) {
	for p := 0; p+4 <= len(stream); {
		kind, size := binary.LittleEndian.Uint16(stream[p:]), int(binary.LittleEndian.Uint16(stream[p+2:]))
		if p+4+size > len(stream) {
			return
		}
		switch kind {
		case recBOF, recFilePass, 0x00E1, 0x0194, 0x0195, 0x0196, 0x0138: // interface header, user and revision records
		case recSheet:
			f(kind, min(p+8, p+4+size), p+4+size) // the place of the sheet stays plain
		default:
			f(kind, p+4, p+4+size)
		}
		p += 4 + size
	}
}
