package web

import (
	"io/fs"
	"net/http"
)

func visitRoutes() []route {
	return []route{
		{"GET", "/visits", "read.visit", (*view).visitsPage, 0},
		{"POST", "/visits/plan", "visit.plan", (*view).planVisit, 0},
		{"GET", "/visit/new", "visit.log", (*view).visitForm, 0},
		{"POST", "/visit/new", "visit.log", (*view).keepVisit, 0},
		{"POST", "/visit/new/send", "visit.log", (*view).sendVisit, 0},
		{"POST", "/visit/new/drop", "visit.log", (*view).dropVisit, 0},
		{"GET", "/visit/sw.js", public, (*view).visitWorker, 0},
		{"GET", "/visit/{id}", "read.visit", (*view).visitPage, 0},
		{"POST", "/visit/{id}/note", "visit.note", (*view).noteVisit, reportLimit},
		{"POST", "/visit/{id}/finding", "visit.raise-finding", (*view).raiseFinding, reportLimit},
		{"POST", "/visit/{id}/correct", "visit.correct", (*view).correctVisit, 0},
		{"GET", "/visit/{id}/file/{digest}", "read.visit", (*view).visitFile, 0},
	}
}

// visitWorker is the script that keeps the form of a visit on the phone, so that it opens without a network. It lies where the
// form lies, since a worker reaches no further than its own folder.
func (v *view) visitWorker() error {
	raw, err := fs.ReadFile(assetFiles, "assets/dist/visit-sw.js")
	if err != nil {
		return errPage
	}
	v.w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	v.w.Header().Set("Cache-Control", "no-cache")
	v.w.WriteHeader(http.StatusOK)
	_, err = v.w.Write(raw)
	return err
}
