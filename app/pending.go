package app

import (
	"context"
	"encoding/base64"
	"encoding/json"

	"shigan/domain/org"
	"shigan/kernel/fault"
)

// MaxUpload is how much one person may leave waiting.
const MaxUpload = 24 << 20

// ErrUpload is more than may wait.
var ErrUpload = fault.New(fault.TooLarge, "app.upload-too-large")

// Upload 待导入 is what somebody brought to import and has not written yet. It waits encrypted: lists hold telephone numbers,
// and a workbook's password waits with it.
type Upload struct {
	Files    []UploadFile      `json:"files"`
	Year     int               `json:"year"`
	List     string            `json:"list"`
	Password string            `json:"password,omitempty"`
	Answers  map[string]string `json:"answers,omitempty"`
	Cells    map[string]string `json:"cells,omitempty"` // cells written over, see SheetAsk
	At       string            `json:"at"`
}

// UploadFile is one workbook of it.
type UploadFile struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Bytes []byte `json:"bytes"`
}

func pendingName(by org.Signer) string { return "import/" + by.Person }

// Pending gives what waits for a person, or nil.
func (o *Office) Pending(ctx context.Context, by org.Signer) (*Upload, error) {
	return o.waiting(ctx, pendingName(by))
}

// PendingCases 待导入的台账 gives a unit's ledgers that wait for a person, or nil. List is what they are of (problem, supervision).
func (o *Office) PendingCases(ctx context.Context, by org.Signer) (*Upload, error) {
	return o.waiting(ctx, casesName(by))
}

func casesName(by org.Signer) string { return "import-cases/" + by.Person }

func (o *Office) waiting(ctx context.Context, name string) (*Upload, error) {
	text, err := o.Read(ctx).Setting(name)
	if err != nil || text == "" {
		return nil, err
	}
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	raw, err := o.Vault.Open(name, sealed)
	if err != nil {
		return nil, err
	}
	var u Upload
	return &u, json.Unmarshal(raw, &u)
}

// PutPending lets an upload wait; nil takes it away.
func (o *Office) PutPending(ctx context.Context, by org.Signer, u *Upload) error {
	return o.wait(ctx, pendingName(by), u)
}

// PutPendingCases lets ledgers wait; nil takes them away.
func (o *Office) PutPendingCases(ctx context.Context, by org.Signer, u *Upload) error {
	return o.wait(ctx, casesName(by), u)
}

func (o *Office) wait(ctx context.Context, name string, u *Upload) error {
	if u == nil {
		return o.Read(ctx).PutSetting(name, "")
	}
	size := 0
	for _, f := range u.Files {
		size += len(f.Bytes)
	}
	if size > MaxUpload {
		return ErrUpload.With("limit", MaxUpload>>20)
	}
	u.At = stamp(o.Clock())
	raw, err := json.Marshal(u)
	if err != nil {
		return err
	}
	sealed, err := o.Vault.Seal(name, raw)
	if err != nil {
		return err
	}
	return o.Read(ctx).PutSetting(name, base64.StdEncoding.EncodeToString(sealed))
}

const settingMapping = "import/mapping"

// Remembered gives what earlier imports decided about shapes of lists; Remember keeps it.
func (o *Office) Remembered(ctx context.Context) (string, error) {
	return o.Read(ctx).Setting(settingMapping)
}

func (o *Office) Remember(ctx context.Context, mapping string) error {
	if mapping == "" {
		return nil
	}
	return o.Read(ctx).PutSetting(settingMapping, mapping)
}
