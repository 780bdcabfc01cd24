package main

import (
	"archive/zip"
	"bytes"
	"io"
	"log"
	"os"
)

// editPart FILE PART OLD NEW OUT changes the first OLD within a part of an office file, as somebody with an editor would.
func editPart() {
	a := os.Args[1:]
	z, err := zip.OpenReader(a[0])
	if err != nil {
		log.Fatal(err)
	}
	defer z.Close()
	out, err := os.Create(a[4])
	if err != nil {
		log.Fatal(err)
	}
	defer out.Close()
	w, hit := zip.NewWriter(out), false
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			log.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			log.Fatal(err)
		}
		if f.Name == a[1] && bytes.Contains(body, []byte(a[2])) {
			body, hit = bytes.Replace(body, []byte(a[2]), []byte(a[3]), 1), true
		}
		p, err := w.Create(f.Name)
		if err == nil {
			_, err = p.Write(body)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || !hit {
		log.Fatalf("%s in %s: %v %v", a[2], a[1], hit, err)
	}
}
