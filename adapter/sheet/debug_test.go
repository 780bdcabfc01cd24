package sheet

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"
)

var debugFile = flag.String("debug", "", "print what is recognised in this file")

func TestDebug(t *testing.T) {
	if *debugFile == "" {
		t.Skip()
	}
	data, err := os.ReadFile(*debugFile)
	if err != nil {
		t.Fatal(err)
	}
	wb, err := Read(*debugFile, data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := Recognise(wb, Context{})
	for _, s := range r.Sheets {
		fmt.Println("##", s.Name, s.Read, s.WhyNot, s.Orientation, s.Year, s.Month, s.Unit, s.HeadingRows)
		for _, c := range s.Columns {
			fmt.Printf("  %+v\n", c)
		}
		for i, p := range s.Projects {
			if i < 40 {
				p.Cells, p.Raw = nil, nil
				j, _ := json.Marshal(p)
				fmt.Printf("  P %.700s\n", j)
			}
		}
		for _, k := range s.Skipped {
			fmt.Printf("  S %+v\n", k)
		}
		for _, k := range s.Problems {
			fmt.Printf("  F %s %s %s\n", k.Cell, k.Kind, k.Text)
		}
	}
	for _, q := range r.Questions {
		fmt.Printf("  Q %+v\n", q)
	}
}
