// Ignition's own parser, validator and merge, and Butane, as a WebAssembly reactor that JavaScript calls.
//
// The caller asks for a buffer, writes a request into it, calls one of the functions and reads the answer, which is JSON
// unless said otherwise. There is one buffer each way: a module instance serves one call at a time.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"unsafe"

	"github.com/coreos/ignition/v2/butane/config"
	"github.com/coreos/ignition/v2/butane/config/common"
	ignition "github.com/coreos/ignition/v2/config"
	merging "github.com/coreos/ignition/v2/config/merge"
	"github.com/coreos/ignition/v2/config/v3_0"
	"github.com/coreos/ignition/v2/config/v3_1"
	"github.com/coreos/ignition/v2/config/v3_2"
	"github.com/coreos/ignition/v2/config/v3_3"
	"github.com/coreos/ignition/v2/config/v3_4"
	"github.com/coreos/ignition/v2/config/v3_5"
	"github.com/coreos/ignition/v2/config/v3_6"
	"github.com/coreos/ignition/v2/config/v3_7_experimental/types"
	"github.com/coreos/vcontext/report"
)

var request, response []byte

//go:wasmexport request_buffer
func requestBuffer(size uint32) unsafe.Pointer {
	request = make([]byte, size+1)
	return unsafe.Pointer(&request[0])
}

//go:wasmexport response_pointer
func responsePointer() unsafe.Pointer { return unsafe.Pointer(&response[0]) }

type position struct {
	Line   int64 `json:"line"`
	Column int64 `json:"column"`
}

type entry struct {
	Kind    string    `json:"kind"`
	Message string    `json:"message"`
	Path    string    `json:"path"`
	At      *position `json:"at,omitempty"`
	// The entry in the words of the command line tools.
	Text string `json:"text"`
}

type verdict struct {
	Entries []entry `json:"entries"`
	Fatal   bool    `json:"fatal"`
	Error   string  `json:"error,omitempty"`
	Config  string  `json:"config,omitempty"`
}

func answer(value any) uint32 {
	encoded, err := json.Marshal(value)
	if err != nil {
		encoded, _ = json.Marshal(verdict{Error: err.Error(), Fatal: true})
	}
	response = encoded
	return uint32(len(encoded))
}

// Unused keys are reported in the order of a Go map, another one each time: here, in that of the text.
func settle(entries []report.Entry) {
	isUnused := func(at int) bool { return strings.HasPrefix(entries[at].Message, "unused key ") }
	for from := 0; from < len(entries); from++ {
		to := from
		for to < len(entries) && isUnused(to) {
			to++
		}
		slices.SortStableFunc(entries[from:to], func(a, b report.Entry) int {
			if a.Marker.StartP == nil || b.Marker.StartP == nil {
				return 0
			}
			return cmp.Or(
				cmp.Compare(a.Marker.StartP.Line, b.Marker.StartP.Line),
				cmp.Compare(a.Marker.StartP.Column, b.Marker.StartP.Column),
			)
		})
		from = max(from, to-1)
	}
}

// The system's errors begin with a capital letter in WebAssembly ("open /a: No such file or directory") and nowhere else.
func asOnLinux(message string) string {
	for errno := syscall.Errno(1); errno < 77; errno++ {
		if text := errno.Error(); strings.HasSuffix(message, ": "+text) {
			return strings.TrimSuffix(message, text) + strings.ToLower(text[:1]) + text[1:]
		}
	}
	return message
}

func judged(rpt report.Report, err error) verdict {
	result := verdict{Entries: []entry{}, Fatal: rpt.IsFatal()}
	settle(rpt.Entries)
	for _, item := range rpt.Entries {
		item.Message = asOnLinux(item.Message)
		one := entry{Kind: item.Kind.String(), Message: item.Message, Path: item.Context.String(), Text: item.String()}
		if item.Marker.StartP != nil {
			one.At = &position{Line: item.Marker.StartP.Line, Column: item.Marker.StartP.Column}
		}
		result.Entries = append(result.Entries, one)
	}
	if err != nil {
		result.Error = err.Error()
	}
	return result
}

type parser = func([]byte) (report.Report, error)

func only[T any](parse func([]byte) (T, report.Report, error)) parser {
	return func(raw []byte) (report.Report, error) {
		_, rpt, err := parse(raw)
		return rpt, err
	}
}

var parsers = map[string]parser{
	"3.0.0": only(v3_0.Parse),
	"3.1.0": only(v3_1.Parse),
	"3.2.0": only(v3_2.Parse),
	"3.3.0": only(v3_3.Parse),
	"3.4.0": only(v3_4.Parse),
	"3.5.0": only(v3_5.Parse),
	"3.6.0": only(v3_6.Parse),
}

// What ignition.Parse says, reached straight by the parser of the config's spec where that one accepts it: ignition.Parse
// reads the config anew for each spec that is newer than the config's, and translates it to the newest. A parser accepts
// only its own spec, so a wrong guess costs time and nothing else.
func parse(raw []byte) (report.Report, error) {
	if likely := specPattern.FindSubmatch(raw); likely != nil {
		if rpt, err := parsers[string(likely[1])](raw); err == nil {
			return rpt, nil
		}
	}
	_, rpt, err := ignition.Parse(raw)
	return rpt, err
}

var specPattern = regexp.MustCompile(`"version"\s*:\s*"(3\.[0-6]\.0)"`)

// The verdict of ignition-validate on the request.
//
//go:wasmexport validate
func validateConfig(size uint32) uint32 {
	rpt, err := parse(request[:size])
	return answer(judged(rpt, err))
}

// The verdict of Butane on the request, and the Ignition config that it makes of it. The directory that `local:` names are
// relative to precedes the config, parted from it by a NUL.
//
//go:wasmexport butane
func translate(size uint32) uint32 {
	directory, source, _ := strings.Cut(string(request[:size]), "\x00")
	options := common.TranslateBytesOptions{}
	options.FilesDir = directory
	options.Raw = true
	translated, rpt, err := config.TranslateBytes([]byte(source), options)
	result := judged(rpt, err)
	result.Config = string(translated)
	return answer(result)
}

// Merges the configs in the request, a JSON array of strings, each over the one before it, by the rules that a booting
// machine follows. The newest spec's types hold all that older ones can say, so they take configs of every spec. Nothing is
// judged here: the result's `ignition.version` is that of the last config, for the caller to set right.
//
//go:wasmexport merge
func mergeConfigs(size uint32) uint32 {
	var sources []string
	if err := json.Unmarshal(request[:size], &sources); err != nil {
		return answer(judged(report.Report{}, err))
	}
	var merged types.Config
	for _, source := range sources {
		var config types.Config
		if err := json.Unmarshal([]byte(source), &config); err != nil {
			return answer(judged(report.Report{}, err))
		}
		joined, _ := merging.MergeStructTranscribe(merged, config)
		merged = joined.(types.Config)
	}
	encoded, err := json.Marshal(merged)
	result := judged(report.Report{}, err)
	result.Config = string(encoded)
	return answer(result)
}

// Compresses the request; the answer is the bytes. Here rather than by Node's zlib, whose output differs between versions and
// processors: compressed contents are named by their digest.
//
//go:wasmexport gzip
func compress(size uint32) uint32 {
	var buffer bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	_, _ = writer.Write(request[:size])
	_ = writer.Close()
	response = buffer.Bytes()
	return uint32(len(response))
}

func init() {
	// A verdict leaves a megabyte of garbage and nothing else: collecting seldom is twice as fast.
	debug.SetGCPercent(800)
}

func main() {}
