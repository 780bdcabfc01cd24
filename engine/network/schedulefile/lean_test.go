package schedulefile

import (
	"fmt"
	"strings"
	"testing"

	"shigan/engine/network"
)

// Files that other programs than the planners write leave out what can be told from the rest: they are read, not taken for plans of no
// duration.
func TestLeanFilesAreReadByWhatTheySay(t *testing.T) {
	tab := func(s string) string { return strings.ReplaceAll(s, "|", "\t") }
	for name, tc := range map[string]struct {
		text string
		want string // days of the activities, start of the plan
	}{
		"XER with dates only": {tab("ERMHDR|20.12\n%T|PROJECT\n%F|proj_id|proj_short_name\n%R|1|T\n%T|TASK\n%F|task_id|proj_id|task_code|task_type|status_code|target_start_date|target_end_date\n" +
			"%R|1|1|A|TT_Task|TK_NotStart|2024-01-01 08:00|2024-01-05 17:00\n%R|2|1|B|TT_Task|TK_NotStart|2024-01-08 08:00|2024-01-09 17:00\n%T|TASKPRED\n%F|task_id|pred_task_id|pred_type\n%R|2|1|PR_FS\n%E\n"),
			"5 2 2024-01-01"},
		"XER without remaining durations and states": {tab("ERMHDR|20.12\n%T|PROJECT\n%F|proj_id|plan_start_date\n%R|1|2024-01-01 08:00\n%T|TASK\n%F|task_id|proj_id|task_code|target_drtn_hr_cnt\n" +
			"%R|1|1|A|80\n%R|2|1|B|40\n%E\n"), "10 5 2024-01-01"},
		"MSPDI with dates only": {`<Project xmlns="http://schemas.microsoft.com/project"><Tasks>
<Task><UID>1</UID><Name>A</Name><Start>2027-01-04T08:00:00</Start><Finish>2027-01-08T17:00:00</Finish></Task>
<Task><UID>2</UID><Name>B</Name><Start>2027-01-11T08:00:00</Start><Finish>2027-01-12T17:00:00</Finish><PredecessorLink><PredecessorUID>1</PredecessorUID></PredecessorLink></Task>
</Tasks></Project>`, "5 2 2027-01-04"},
	} {
		t.Run(name, func(t *testing.T) {
			f := read(t, tc.text)
			n := f.Network
			got := strings.TrimSpace(strings.Join([]string{days1(n, 0), days1(n, 1), n.Start.Date().String()}, " "))
			if got != tc.want {
				t.Errorf("%s, want %s: %+v", got, tc.want, n.Activities)
			}
			if _, err := n.Schedule(); err != nil {
				t.Error(err)
			}
			for i := range n.Activities {
				if left := n.Activities[i]; left.RemainingStated && left.Remaining != left.Duration {
					t.Errorf("%s has %d minutes left of %d", left.ID, left.Remaining, left.Duration)
				}
			}
		})
	}
}

func days1(n *network.Network, i int) string {
	return fmt.Sprintf("%g", n.Days(i, n.Activities[i].Duration))
}
