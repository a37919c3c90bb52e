package main

import (
	"encoding/xml"
	"fmt"
	"path"
	"strings"

	"koujing/host/store"
)

// The elements of JUnit's XML that CI systems read: a suite a file of tests, times in seconds.
type junitReport struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`

	seconds float64
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"` // the pack, and the file without its ending
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes the outcome of a pack's tests. What an XML document cannot hold is replaced.
func writeJUnit(file, pack string, tests []testReport) error {
	report := junitReport{Name: printable(pack)}
	total := 0.0
	for _, t := range tests {
		n := len(report.Suites) - 1
		if n < 0 || report.Suites[n].Name != t.File {
			report.Suites = append(report.Suites, junitSuite{Name: t.File})
			n++
		}
		s := &report.Suites[n]
		c := junitCase{Name: printable(t.Name), Class: printable(pack + "." + strings.TrimSuffix(path.Base(t.File), ".yaml")), File: t.File, Line: t.Line, Time: seconds(t.took.Seconds())}
		if t.Row != "" {
			c.Name += " (" + printable(t.Row) + ")"
		}
		if !t.OK {
			s.Failures++
			report.Failures++
			lines := make([]string, len(t.Wrong))
			for i, w := range t.Wrong {
				lines[i] = printable(w)
			}
			c.Failure = &junitFailure{lines[0], strings.Join(lines, "\n")}
		}
		s.Cases = append(s.Cases, c)
		s.Tests++
		s.seconds += t.took.Seconds()
		s.Time = seconds(s.seconds)
		total += t.took.Seconds()
	}
	report.Tests, report.Time = len(tests), seconds(total)
	text, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return store.WriteFile(file, append([]byte(xml.Header), append(text, '\n')...))
}

func seconds(s float64) string { return fmt.Sprintf("%.6f", s) }
