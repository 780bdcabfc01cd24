package project

import (
	"slices"
	"time"

	"shigan/domain/org"
	"shigan/kernel/ledger"
	"shigan/kernel/quantity"
	"shigan/kernel/table"
)

// Letter 责任状 is drawn out of the project's data and signed by its signers. It is bound to the days that stood in it: when
// one of them moves, the letter is void and a new version must be signed.
type Letter struct {
	Version    int           `json:"version"`
	Year       int           `json:"year"`
	Drawn      string        `json:"drawn"`
	Name       org.Name      `json:"name"`
	Scope      string        `json:"scope,omitempty"`
	Total      quantity.Fen  `json:"total"`
	Planned    DispatchMoney `json:"planned"`
	Start      string        `json:"start,omitempty"`
	Finish     string        `json:"finish,omitempty"`
	Milestones []Milestone   `json:"milestones,omitempty"`
	Duty       Duty          `json:"duty"`
	Signers    []string      `json:"signers"` // posts that must sign
	Signatures []Signature   `json:"signatures,omitempty"`
	Void       string        `json:"void,omitempty"` // day on which a promised day moved
	Seq        int64         `json:"seq"`
}

// Signature 签字.
type Signature struct {
	Post   string `json:"post"`
	Person string `json:"person"`
	On     string `json:"on"`
	Seq    int64  `json:"seq"`
}

// SignedBy tells whether a post has signed.
func (l Letter) SignedBy(post string) bool {
	return slices.ContainsFunc(l.Signatures, func(s Signature) bool { return s.Post == post })
}

// Complete tells whether all have signed and no day has moved since.
func (l Letter) Complete() bool {
	return l.Void == "" && len(l.Signers) > 0 && !slices.ContainsFunc(l.Signers, func(p string) bool { return !l.SignedBy(p) })
}

// CurrentLetter is the last version drawn.
func (p Project) CurrentLetter() (Letter, bool) {
	if len(p.Letters) == 0 {
		return Letter{}, false
	}
	return p.Letters[len(p.Letters)-1], true
}

// DrawLetter 出责任状 makes the next version from the data as it stands.
type DrawLetter struct {
	ID   string
	Year int
}

func (DrawLetter) Name() string                              { return "project.draw-letter" }
func (c DrawLetter) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

func (c DrawLetter) Decide(v table.Reader, _ org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, err := Of(v, c.ID)
	if err != nil {
		return nil, err
	}
	plan, ok := p.Plans[yearText(c.Year)]
	if !ok {
		return nil, ErrPlan.With("id", c.ID, "year", c.Year)
	}
	var signers []string
	for _, l := range p.Duty.Links() {
		if l.Post != "" && (l.Rung == "lead" || l.Rung == "line" || l.Rung == "local" || l.Rung == "owner") {
			signers = append(signers, l.Post)
		}
	}
	if len(signers) == 0 {
		return nil, ErrLetter.With("id", c.ID, "why", "duty")
	}
	return fact("project.letter-drawn/1", c.ID, today("", at), Letter{Version: len(p.Letters) + 1, Year: c.Year, Drawn: today("", at), Name: p.Facts.Name,
		Scope: p.Facts.Scope, Total: p.Total, Planned: plan.Planned, Start: p.Start.Now, Finish: p.Finish.Now, Milestones: p.Milestones, Duty: p.Duty, Signers: signers}), nil
}

// SignLetter 签责任状.
type SignLetter struct {
	ID      string
	Version int
}

func (SignLetter) Name() string                              { return "project.sign-letter" }
func (c SignLetter) Scope(v table.Reader) (org.Scope, error) { return scope(v, c.ID) }

func (c SignLetter) Decide(v table.Reader, by org.Signer, at time.Time) ([]ledger.Fact, error) {
	p, err := Of(v, c.ID)
	if err != nil {
		return nil, err
	}
	l, ok := p.CurrentLetter()
	switch {
	case !ok || l.Version != c.Version || l.Void != "":
		return nil, ErrLetter.With("id", c.ID, "why", "version")
	case !slices.Contains(l.Signers, by.Post):
		return nil, ErrNotSigner.With("id", c.ID)
	case l.SignedBy(by.Post):
		return nil, nil
	}
	return fact("project.letter-signed/1", c.ID, today("", at), map[string]any{"version": c.Version, "post": by.Post, "person": by.Person}), nil
}
