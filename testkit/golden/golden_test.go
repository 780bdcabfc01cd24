package golden

import (
	"strings"
	"testing"
)

func TestTheFirstDifferenceIsNamed(t *testing.T) {
	for want, tc := range map[string][2]string{
		"line 2, byte 3":           {"a\nbcd\n", "a\nbcx\n"},
		"ends at line 1":           {"a", "a\nb"},
		"the file ends at line 1":  {"a\nb", "a"},
		"line 1, byte 1":           {"", "x"},
		"got: …\"" + "示例 42\"":     {strings.Repeat("长", 3) + "示例 42", strings.Repeat("长", 3) + "示例 43"},
		"want: …\"" + "长长长示例 43\"": {strings.Repeat("长", 3) + "示例 42", strings.Repeat("长", 3) + "示例 43"},
	} {
		got := firstDifference([]byte(tc[0]), []byte(tc[1]))
		if !strings.Contains(got, want) && !strings.Contains(got, strings.Replace(want, "示例 42", "长长长示例 42", 1)) {
			t.Errorf("%q, want %q in it", got, want)
		}
	}
}
