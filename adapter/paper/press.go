package paper

import (
	"context"
	"html/template"
	"strings"
	"time"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/fault"
	"shigan/kernel/ledger"
	"shigan/kernel/words"
)

// ErrFormat refuses a format that the paper does not come in.
var ErrFormat = fault.New(fault.NotFound, "paper.no-format")

// Press 印 sets what the office knows on paper: it asks the app for values and hands them to the setters of this room.
type Press struct {
	Base string     // address of the site, printed with the live page; "" prints the path alone
	PDF  PDFOptions // where the browser is
}

// live is the address of a page as it is printed.
func (p Press) live(path string) string { return strings.TrimSuffix(p.Base, "/") + path }

// pdf prints fragments as one PDF.
func (p Press) pdf(ctx context.Context, lang words.Lang, title string, body template.HTML) ([]byte, error) {
	return PDF(ctx, Page(lang, title, body), p.PDF)
}

// IssueFiles sets the files of a bulletin that is being issued: in Chinese, with the content inside and an empty seal.
func (p Press) IssueFiles(b *app.Bulletin) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, kind := range []string{"docx", "xlsx"} {
		raw, err := bulletinFile(words.Zh, b, kind)
		if err != nil {
			return nil, err
		}
		out[kind] = raw
	}
	return out, nil
}

// bulletinFile sets a bulletin as an office file that carries its content.
func bulletinFile(lang words.Lang, b *app.Bulletin, kind string) ([]byte, error) {
	content, err := b.Canonical()
	if err != nil {
		return nil, err
	}
	x, err := fromBulletin(lang, b, content)
	if err != nil {
		return nil, err
	}
	if kind == "docx" {
		printed, err := composeBulletin(lang, x)
		if err != nil {
			return nil, err
		}
		return packed(carrying(docxParts(printed), "word/document.xml", kind, lang, content))
	}
	raw, err := BulletinXlsx(lang, x)
	if err != nil {
		return nil, err
	}
	parts, err := unpacked(raw)
	if err != nil {
		return nil, err
	}
	return packed(carrying(parts, "xl/workbook.xml", kind, lang, content))
}

// Bulletin sets a frozen month's bulletin: html (print pages), docx, xlsx or pdf. html and pdf with "+amendments" have the
// amendment sheets behind; the pages before them stay as they were issued. docx and xlsx of an issued bulletin are the files
// that were issued, with the proof inside.
func (p Press) Bulletin(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, format string) ([]byte, error) {
	b, err := o.Bulletin(ctx, m)
	if err != nil {
		return nil, err
	}
	format, amended := strings.CutSuffix(format, "+amendments")
	switch format {
	case "docx", "xlsx":
		return p.sealedFile(ctx, lang, o, b, format)
	case "html", "pdf":
	default:
		return nil, ErrFormat.With("format", format)
	}
	content, err := b.Canonical()
	if err != nil {
		return nil, err
	}
	x, err := fromBulletin(lang, b, content)
	if err != nil {
		return nil, err
	}
	laid, err := composeBulletin(lang, x)
	if err != nil {
		return nil, err
	}
	if amended {
		as, err := o.Amendments(ctx, b)
		if err != nil {
			return nil, err
		}
		for _, a := range fromAmendments(lang, b, as) {
			laid.sheets = append(laid.sheets, amendmentSheet(lang, x, a))
		}
	}
	body, err := pages(laid)
	if err != nil || format == "html" {
		return []byte(body), err
	}
	return p.pdf(ctx, lang, laid.title, body)
}

func (p Press) sealedFile(ctx context.Context, lang words.Lang, o *app.Office, b *app.Bulletin, kind string) ([]byte, error) {
	raw, issued, err := o.IssuedFile(ctx, b.Month, kind)
	if err != nil {
		return nil, err
	}
	if !issued || lang != words.Zh { // a draft, or a reading copy in another language
		if raw, err = bulletinFile(lang, b, kind); err != nil || !issued {
			return raw, err
		}
	}
	seq, err := o.IssueEntry(ctx, b.Month)
	if err != nil {
		return nil, err
	}
	proof, err := o.Prove(ctx, seq)
	if err != nil {
		return nil, err
	}
	return sealedWith(raw, proof)
}

// moments and days as the setters take them; what cannot be read is no day.
func dayTime(s string) time.Time {
	d, err := calendar.ParseDay(s)
	if err != nil || d.IsZero() {
		return time.Time{}
	}
	return d.At(0)
}

func stampTime(s string) time.Time {
	t, err := time.Parse(ledger.TimeLayout, s)
	if err != nil {
		return time.Time{}
	}
	return t.In(calendar.Zone)
}
