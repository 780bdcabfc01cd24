package sheet

import (
	"bytes"
	"strings"

	"shigan/kernel/fault"
)

// Refusals. Each has its sentence in kernel/words/text/sheet.yaml.
var (
	ErrEmpty         = fault.New(fault.Invalid, "sheet.empty")
	ErrUnknown       = fault.New(fault.Invalid, "sheet.unknown-format")
	ErrNotSheet      = fault.New(fault.Invalid, "sheet.not-a-sheet") // kind=word|picture|pdf|html|…
	ErrOldExcel      = fault.New(fault.Invalid, "sheet.excel-95")
	ErrBinary        = fault.New(fault.Invalid, "sheet.xlsb")
	ErrDamaged       = fault.New(fault.Invalid, "sheet.damaged")
	ErrPassword      = fault.New(fault.Invalid, "sheet.password-needed")
	ErrWrongPassword = fault.New(fault.Invalid, "sheet.password-wrong")
	ErrCipher        = fault.New(fault.Invalid, "sheet.cipher-unknown")
	ErrTooLarge      = fault.New(fault.TooLarge, "sheet.too-large")
	ErrTooManyCells  = fault.New(fault.TooLarge, "sheet.too-many-cells")
	ErrBomb          = fault.New(fault.TooLarge, "sheet.unpacks-too-large")
)

var (
	magicZip = []byte("PK\x03\x04")
	magicCFB = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
)

// foreign are files that people send for lists; they are told apart only to say what to do with each.
var foreign = []struct{ magic, kind string }{
	{"%PDF", "pdf"}, {"\x89PNG", "picture"}, {"\xFF\xD8\xFF", "picture"}, {"GIF8", "picture"}, {"BM", "picture"},
	{"II*\x00", "picture"}, {"MM\x00*", "picture"}, {"Rar!", "archive"}, {"7z\xBC\xAF\x27\x1C", "archive"}, {"\x1F\x8B", "archive"},
	{`{\rtf`, "word"},
}

// Read opens a workbook by its content; the name is kept for reports and says nothing about the format.
func Read(name string, data []byte, opt Options) (wb *Workbook, err error) {
	defer func() {
		// The last net under parsers of files that nobody here wrote: one bad file must not stop the house.
		if r := recover(); r != nil {
			wb, err = nil, ErrDamaged.With("file", name)
		}
	}()
	if int64(len(data)) > opt.maxBytes() {
		return nil, ErrTooLarge.With("file", name, "bytes", len(data), "most", opt.maxBytes())
	}
	wb, err = read(name, data, opt)
	if err != nil {
		if f, ok := fault.Of(err); ok {
			return nil, f.With("file", name)
		}
		return nil, ErrDamaged.With("file", name)
	}
	wb.Name = name
	for i := range wb.Sheets {
		wb.Sheets[i].settle()
	}
	return wb, nil
}

func read(name string, data []byte, opt Options) (*Workbook, error) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, ErrEmpty
	case bytes.HasPrefix(data, magicZip):
		return readZip(data, opt)
	case bytes.HasPrefix(data, magicCFB):
		return readCFB(data, opt)
	case len(data) > 4 && data[0] == 0x09 && data[2] <= 8 && data[1]&^0x06 == 0 && data[3] == 0:
		return nil, ErrOldExcel // a BIFF stream without its container: Excel 2 to 4
	}
	for _, f := range foreign {
		if bytes.HasPrefix(data, []byte(f.magic)) && (f.kind != "picture" || bytes.IndexByte(data, 0) >= 0) {
			return nil, ErrNotSheet.With("kind", f.kind)
		}
	}
	start := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 2048)], "\xEF\xBB\xBF \t\r\n")))
	switch {
	case strings.Contains(start, "urn:schemas-microsoft-com:office:spreadsheet"):
		return nil, ErrNotSheet.With("kind", "xml")
	case strings.HasPrefix(start, "<!doctype") || strings.HasPrefix(start, "<html") || strings.HasPrefix(start, "<table") ||
		strings.HasPrefix(start, "<meta") || strings.HasPrefix(start, "<head") || strings.HasPrefix(start, "<?xml"):
		return nil, ErrNotSheet.With("kind", "html")
	}
	return readCSV(data, opt)
}

// readZip tells the formats that are zip files apart by what is inside.
func readZip(data []byte, opt Options) (*Workbook, error) {
	z, err := openPack(data, opt)
	if err != nil {
		return nil, err
	}
	switch {
	case z.has("xl/workbook.bin"):
		return nil, ErrBinary
	case z.has("word/document.xml"):
		return nil, ErrNotSheet.With("kind", "word")
	case z.has("ppt/presentation.xml"):
		return nil, ErrNotSheet.With("kind", "slides")
	case z.has("OFD.xml"):
		return nil, ErrNotSheet.With("kind", "pdf")
	case z.has("content.xml"):
		return readODS(z, opt)
	case z.has("[Content_Types].xml"), z.has("xl/workbook.xml"):
		return readXLSX(z, opt)
	}
	return nil, ErrNotSheet.With("kind", "archive")
}
