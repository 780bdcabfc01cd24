package web

import (
	"context"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// Papers makes what is printed or downloaded; adapter/paper does it, cmd wires it.
type Papers interface {
	app.Printer // sets the files of a bulletin that is being issued
	ListXlsx(lang words.Lang, t app.ListTable) ([]byte, error)
	Bulletin(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, format string) ([]byte, error) // html, docx, xlsx, pdf
	Letter(ctx context.Context, lang words.Lang, o *app.Office, project string, version int, format string) ([]byte, error)
	Slip(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, project string, format string) ([]byte, error)
	Wall(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, front string, format string) ([]byte, error)
	Fill(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, template []byte, mapping string) ([]byte, []string, error)
	Look(template []byte) ([]app.TemplateSheet, error)
	MeetingPapers
}

// Sheets reads workbooks; adapter/sheet does it, cmd wires it.
type Sheets interface {
	Recognise(name string, data []byte, ask app.SheetAsk) (app.Recognised, error)
	CaseLedger(name string, data []byte, ask app.CaseAsk) (app.CaseLedger, error)
	app.TableReader
}
