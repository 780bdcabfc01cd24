package web

import (
	"context"

	"shigan/app"
	"shigan/kernel/calendar"
	"shigan/kernel/words"
)

// Papers makes what is printed or downloaded; adapter/paper does it, cmd wires it.
type Papers interface {
	ListXlsx(lang words.Lang, t ListTable) ([]byte, error)
	Bulletin(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, format string) ([]byte, error) // html, docx, xlsx, pdf
	Letter(ctx context.Context, lang words.Lang, o *app.Office, project string, version int, format string) ([]byte, error)
	Slip(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, project string, format string) ([]byte, error)
	Wall(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, front string, format string) ([]byte, error)
	Fill(ctx context.Context, lang words.Lang, o *app.Office, m calendar.Month, template []byte, mapping string) ([]byte, []string, error)
}

// Sheets reads workbooks; adapter/sheet does it, cmd wires it.
type Sheets interface {
	Recognise(name string, data []byte, password string, year int, answers map[string]string) (app.Recognised, error)
}

// ListTable is a list exported as it stands.
type ListTable struct {
	Title, Filter string
	Month         calendar.Month
	Frozen        bool
	Names, Labels []string
	Rows          []ListRow
}

// ListRow is one line of it.
type ListRow struct {
	ID, Name, Unit, Finish string
	Sample                 bool
	Figs                   []app.Fig
}
