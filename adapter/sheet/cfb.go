package sheet

import (
	"bytes"
	"io"

	"github.com/richardlehane/mscfb"
	"github.com/xuri/excelize/v2"
)

// defaultPassword is the one that Excel itself uses for files that are protected but open without asking.
const defaultPassword = "VelvetSweatshop"

// readCFB opens an OLE container: an old workbook, an encrypted new one, or some other document.
func readCFB(data []byte, opt Options) (*Workbook, error) {
	doc, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return nil, ErrDamaged
	}
	streams := map[string]*mscfb.File{}
	for f, err := doc.Next(); err == nil; f, err = doc.Next() {
		if len(f.Path) == 0 {
			streams[f.Name] = f
		}
	}
	switch {
	case streams["EncryptedPackage"] != nil:
		return readEncrypted(data, opt)
	case streams["Workbook"] != nil:
		stream, err := wholeStream(streams["Workbook"], int64(len(data)))
		if err != nil {
			return nil, err
		}
		return readXLS(stream, opt)
	case streams["Book"] != nil:
		return nil, ErrOldExcel
	case streams["WordDocument"] != nil:
		return nil, ErrNotSheet.With("kind", "word")
	case streams["PowerPoint Document"] != nil:
		return nil, ErrNotSheet.With("kind", "slides")
	}
	return nil, ErrUnknown
}

// wholeStream reads a stream; no stream is longer than its file.
func wholeStream(f *mscfb.File, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(f, min(f.Size, most)))
	if err != nil && len(data) == 0 {
		return nil, ErrDamaged
	}
	return data, nil
}

// readEncrypted opens a new workbook behind a password.
func readEncrypted(data []byte, opt Options) (*Workbook, error) {
	for _, password := range passwords(opt) {
		plain, err := excelize.Decrypt(data, &excelize.Options{Password: password})
		if err != nil {
			return nil, ErrCipher
		}
		if bytes.HasPrefix(plain, magicZip) {
			return readZip(plain, opt)
		}
	}
	return nil, passwordFault(opt)
}

// passwords are those to try: the caller's, and the one that files carry that open without asking.
func passwords(opt Options) []string {
	if opt.Password == "" {
		return []string{defaultPassword}
	}
	return []string{opt.Password, defaultPassword}
}

func passwordFault(opt Options) error {
	if opt.Password == "" {
		return ErrPassword
	}
	return ErrWrongPassword
}
