// Ignition's own parser, validator and merge, and Butane, as a WebAssembly reactor that JavaScript calls.
//
// The caller asks for a buffer, writes a request into it, calls one of the functions and reads the answer, which is JSON
// unless said otherwise. There is one buffer each way: a module instance serves one call at a time.
package main

import (
	"encoding/json"
	"strings"
	"unsafe"

	"github.com/coreos/ignition/v2/butane/config"
	"github.com/coreos/ignition/v2/butane/config/common"
	ignition "github.com/coreos/ignition/v2/config"
	merging "github.com/coreos/ignition/v2/config/merge"
	latest "github.com/coreos/ignition/v2/config/v3_7_experimental"
	"github.com/coreos/ignition/v2/config/v3_7_experimental/types"
	"github.com/coreos/ignition/v2/config/validate"
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

func judged(rpt report.Report, err error) verdict {
	result := verdict{Entries: []entry{}, Fatal: rpt.IsFatal()}
	for _, item := range rpt.Entries {
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

// The verdict of ignition-validate on the request.
//
//go:wasmexport validate
func validateConfig(size uint32) uint32 {
	_, rpt, err := ignition.Parse(request[:size])
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
// machine follows, and judges the result. The result is of the newest spec that the module knows: for judging, not for
// serving.
//
//go:wasmexport merge
func mergeConfigs(size uint32) uint32 {
	var sources []string
	if err := json.Unmarshal(request[:size], &sources); err != nil {
		return answer(verdict{Error: err.Error(), Fatal: true})
	}
	var merged types.Config
	for index, source := range sources {
		parsed, rpt, err := latest.ParseCompatibleVersion([]byte(source))
		if err != nil {
			return answer(judged(rpt, err))
		}
		if index == 0 {
			merged = parsed
		} else {
			joined, _ := merging.MergeStructTranscribe(merged, parsed)
			merged = joined.(types.Config)
		}
	}
	rpt := validate.ValidateWithContext(merged, nil)
	result := judged(rpt, nil)
	encoded, err := json.Marshal(merged)
	if err != nil {
		result.Error = err.Error()
	}
	result.Config = string(encoded)
	return answer(result)
}

func main() {}
