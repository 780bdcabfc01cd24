package web

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"shigan/app"
	"shigan/domain/dispatch"
	"shigan/domain/org"
	"shigan/domain/project"
	"shigan/kernel/calendar"
	"shigan/kernel/ledger"
)

// kept is a file that waits in a draft for its report to be sent.
type kept struct {
	Name  string `json:"name"`
	Media string `json:"media"`
	Bytes string `json:"bytes"`
}

func fileDraft(name, digest string) string { return name + "/file/" + digest }

// takeFiles moves a form's uploads into drafts and drops those that were ticked; name is the form's draft.
func (v *view) takeFiles(name string, vals map[string]string) error {
	have := strings.Fields(vals["files"])
	for _, digest := range v.r.Form["drop"] {
		have = slices.DeleteFunc(have, func(s string) bool { return s == digest })
		if err := v.Read().PutDraft(v.By.Person, fileDraft(name, digest), "", ""); err != nil {
			return err
		}
	}
	if v.r.MultipartForm != nil {
		for _, h := range v.r.MultipartForm.File["evidence"] {
			if h.Size == 0 {
				continue
			}
			f, err := h.Open()
			if err != nil {
				return err
			}
			raw, err := io.ReadAll(f)
			f.Close()
			if err != nil {
				return err
			}
			file, err := v.s.o.Digested(v.ctx(), path.Base(strings.ReplaceAll(h.Filename, "\\", "/")), http.DetectContentType(raw), raw)
			if err != nil {
				return err
			}
			if slices.Contains(have, file.Digest) {
				continue
			}
			body, err := json.Marshal(kept{file.Name, file.Media, base64.StdEncoding.EncodeToString(raw)})
			if err != nil {
				return err
			}
			if err := v.Read().PutDraft(v.By.Person, fileDraft(name, file.Digest), string(body), v.s.o.Clock().UTC().Format(ledger.TimeLayout)); err != nil {
				return err
			}
			have = append(have, file.Digest)
		}
	}
	vals["files"] = strings.Join(have, " ")
	if len(have) > mostFiles {
		return errFiles.With("most", mostFiles)
	}
	return nil
}

// draftFile reads a file that waits in a draft.
func (v *view) draftFile(name, digest string) (app.File, bool) {
	body, _, err := v.Read().Draft(v.By.Person, fileDraft(name, digest))
	var k kept
	if err != nil || body == "" || json.Unmarshal([]byte(body), &k) != nil {
		return app.File{}, false
	}
	raw, err := base64.StdEncoding.DecodeString(k.Bytes)
	return app.File{Digest: digest, Name: k.Name, Media: k.Media, Bytes: raw}, err == nil
}

// reportFiles lists the files of the form: those that wait, and those that the report has already.
func (v *view) reportFiles(d *reportPage) []fileLine {
	var sent []string
	if d.Report != nil {
		sent = d.Report.Files
	}
	return v.draftFiles(d.Draft, "/report/"+d.ID+"/"+d.M.String()+"/file/", "", strings.Fields(d.V["files"]), sent)
}

// draftFiles lists files that wait in a draft, and of those sent the ones that are named; query follows their address.
func (v *view) draftFiles(name, base, query string, digests, sent []string) []fileLine {
	var out []fileLine
	for _, digest := range digests {
		if f, ok := v.draftFile(name, digest); ok {
			out = append(out, fileLine{N: len(out) + 1, Name: f.Name, Digest: digest, Href: base + digest + query, Image: strings.HasPrefix(f.Media, "image/"), Size: weightText(v, int64(len(f.Bytes)))})
		} else if slices.Contains(sent, digest) {
			out = append(out, v.files([]string{digest}, base)...)
		}
	}
	return out
}

// reportFile gives one file of evidence: to whoever may read the project, or to whoever is about to report it.
func (v *view) reportFile() error {
	p, err := project.Of(v.Read(), v.r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := org.May(v.Read(), v.By, "read.project", p.Scope()); err != nil {
		return err
	}
	m, err := calendar.ParseMonth(v.r.PathValue("month"))
	if err != nil {
		return err
	}
	digest := v.r.PathValue("digest")
	rep, _, err := dispatch.ReportOf(v.Read(), m, p.ID)
	if err != nil {
		return err
	}
	var f app.File
	if slices.Contains(rep.Files, digest) {
		info, err := v.Read().File(digest)
		if err != nil {
			return err
		}
		raw, err := v.Read().Blob(digest)
		if err != nil {
			return err
		}
		f = app.File{Digest: digest, Name: info.Name, Media: info.Media, Bytes: raw}
	} else if mine, ok := v.draftFile(draftName(p.ID, m), digest); ok {
		f = mine
	} else {
		return errFile
	}
	return v.sendEvidence(f)
}

// sendEvidence sends a file; what a browser could run is never shown in place.
func (v *view) sendEvidence(f app.File) error {
	h := v.w.Header()
	h.Set("Cache-Control", "private, no-store")
	kind := "attachment"
	if slices.Contains([]string{"image/jpeg", "image/png", "image/gif", "image/webp"}, f.Media) {
		kind = "inline"
	} else {
		f.Media = "application/octet-stream"
	}
	h.Set("Content-Type", f.Media)
	h.Set("Content-Disposition", kind+"; filename*=UTF-8''"+url.PathEscape(f.Name))
	_, err := v.w.Write(f.Bytes)
	return err
}
