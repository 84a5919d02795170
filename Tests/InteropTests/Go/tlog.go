// Reads, makes and judges C2SP logs with golang.org/x/mod/sumdb, the code that Go's checksum database runs on.
//
//	tlog read URL VKEY       proves and checks records and trees of the log there; prints what it saw as JSON
//	tlog make FOLDER COUNT   writes a log as files; prints its verifier key
//	tlog judge FILE          says of each note, path and proof in a JSON file whether it is good; prints JSON
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	if len(os.Args) < 3 {
		fail(fmt.Errorf("usage: tlog read URL VKEY | make FOLDER COUNT | judge FILE"))
	}
	switch os.Args[1] {
	case "read":
		fail(read(strings.TrimSuffix(os.Args[2], "/"), os.Args[3]))
	case "make":
		count, err := strconv.ParseInt(os.Args[3], 10, 64)
		fail(err)
		fail(makeLog(os.Args[2], count))
	case "judge":
		fail(judge(os.Args[2]))
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func print(value any) error { return json.NewEncoder(os.Stdout).Encode(value) }

// c2spPath is the path of a tile in tlog-tiles: as in x/mod, but without the height, and entries for data.
func c2spPath(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

// get asks a server on this machine, by hand: Go's HTTP client takes a minute to compile, this takes seconds.
func get(url string) ([]byte, error) {
	host, path, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	connection, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	fmt.Fprintf(connection, "GET /%s HTTP/1.0\r\nHost: %s\r\n\r\n", path, host)
	answer, err := io.ReadAll(connection)
	if err != nil {
		return nil, err
	}
	head, body, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	status, _, _ := strings.Cut(string(head), "\r\n")
	if !strings.Contains(status, " 200 ") {
		return nil, fmt.Errorf("%s: %s", url, status)
	}
	return body, nil
}

// reader reads tiles for tlog.TileHashReader, which checks each against the root before it is used.
type reader struct {
	url  string
	seen map[tlog.Tile][]byte
}

func (r *reader) Height() int { return height }

func (r *reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		if r.seen[tile] == nil {
			hashes, err := get(r.url + "/" + c2spPath(tile))
			if err != nil {
				return nil, err
			}
			r.seen[tile] = hashes
		}
		data = append(data, r.seen[tile])
	}
	return data, nil
}

func (r *reader) SaveTiles([]tlog.Tile, [][]byte) {}

// parseCheckpoint reads the text of a checkpoint: origin, size, root.
func parseCheckpoint(text string) (string, tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return "", tlog.Tree{}, fmt.Errorf("not a checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return "", tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return lines[0], tlog.Tree{N: size, Hash: root}, err
}

func sizes(n int64) []int64 {
	var sizes []int64
	for _, size := range []int64{1, 2, 3, 255, 256, 257, n / 2, n - 1, n} {
		if size > 0 && size <= n {
			sizes = append(sizes, size)
		}
	}
	return sizes
}

func read(url, vkey string) error {
	message, err := get(url + "/checkpoint")
	fail(err)
	verifier, err := note.NewVerifier(vkey)
	fail(err)
	signed, err := note.Open(message, note.VerifierList(verifier))
	fail(err)
	origin, tree, err := parseCheckpoint(signed.Text)
	fail(err)
	tiles := &reader{url: url, seen: map[tlog.Tile][]byte{}}
	hashes := tlog.TileHashReader(tree, tiles)
	records, trees := 0, 0
	for _, size := range sizes(tree.N) {
		root, err := tlog.TreeHash(size, hashes)
		fail(err)
		for _, record := range sizes(size) {
			proof, err := tlog.ProveRecord(size, record-1, hashes)
			fail(err)
			leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, record-1)})
			fail(err)
			fail(tlog.CheckRecord(proof, size, root, record-1, leaf[0]))
			records++
		}
		proof, err := tlog.ProveTree(tree.N, size, hashes)
		fail(err)
		fail(tlog.CheckTree(proof, tree.N, tree.Hash, size, root))
		trees++
	}
	entries, err := checkEntries(url, tree, hashes)
	fail(err)
	return print(map[string]any{
		"origin": origin, "size": tree.N, "root": tree.Hash.String(), "signatures": len(signed.Sigs),
		"records": records, "trees": trees, "entries": entries, "tiles": len(tiles.seen),
	})
}

// checkEntries hashes every entry of every bundle and compares it with its hash in the tree.
func checkEntries(url string, tree tlog.Tree, hashes tlog.HashReader) (int64, error) {
	var n int64
	for index := int64(0); index*256 < tree.N; index++ {
		width := min(tree.N-index*256, 256)
		bundle, err := get(url + "/" + c2spPath(tlog.Tile{H: height, L: -1, N: index, W: int(width)}))
		if err != nil {
			return n, err
		}
		for range width {
			length := int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			found, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
			if err != nil {
				return n, err
			}
			if found[0] != tlog.RecordHash(entry) {
				return n, fmt.Errorf("entry %d does not have the hash of its tile", n)
			}
			n++
		}
		if len(bundle) > 0 {
			return n, fmt.Errorf("bundle %d is too long", index)
		}
	}
	return n, nil
}

func makeLog(folder string, count int64) error {
	var stored []tlog.Hash
	hashes := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var list []tlog.Hash
		for _, index := range indexes {
			list = append(list, stored[index])
		}
		return list, nil
	})
	write := func(path string, content []byte) {
		path = filepath.Join(folder, path)
		fail(os.MkdirAll(filepath.Dir(path), 0o755))
		fail(os.WriteFile(path, content, 0o644))
	}
	var bundle []byte
	for n := int64(0); n < count; n++ {
		entry := []byte(fmt.Sprintf("record %d of x/mod", n))
		more, err := tlog.StoredHashes(n, entry, hashes)
		fail(err)
		stored = append(stored, more...)
		bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry))), entry...)
		if width := n%256 + 1; width == 256 || n == count-1 {
			write(c2spPath(tlog.Tile{H: height, L: -1, N: n / 256, W: int(width)}), bundle)
			bundle = nil
		}
	}
	for _, tile := range tlog.NewTiles(height, 0, count) {
		data, err := tlog.ReadTileData(tile, hashes)
		fail(err)
		write(c2spPath(tile), data)
	}
	root, err := tlog.TreeHash(count, hashes)
	fail(err)
	secret, vkey, err := note.GenerateKey(zero{}, "x-mod.example/log")
	fail(err)
	signer, err := note.NewSigner(secret)
	fail(err)
	text := fmt.Sprintf("x-mod.example/log\n%d\n%s\n", count, root)
	message, err := note.Sign(&note.Note{Text: text}, signer)
	fail(err)
	write("checkpoint", message)
	return print(map[string]any{"vkey": vkey, "root": root.String()})
}

// zero makes the same key every time.
type zero struct{}

func (zero) Read(buffer []byte) (int, error) {
	clear(buffer)
	return len(buffer), nil
}

type questions struct {
	VKey    string   `json:"vkey"`
	Notes   [][]byte `json:"notes"`
	Keys    [][]byte `json:"keys"`
	Paths   []string `json:"paths"`
	Records []struct {
		Index, Size int64
		Leaf, Root  string
		Proof       []string
	} `json:"records"`
	Trees []struct {
		Old, New         int64
		OldRoot, NewRoot string
		Proof            []string
	} `json:"trees"`
}

func parseHashes(texts []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, text := range texts {
		hash, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(hash) != tlog.HashSize {
			return nil, fmt.Errorf("not a hash")
		}
		hashes = append(hashes, tlog.Hash(hash))
	}
	return hashes, nil
}

func judge(file string) error {
	content, err := os.ReadFile(file)
	fail(err)
	var asked questions
	fail(json.Unmarshal(content, &asked))
	verifier, err := note.NewVerifier(asked.VKey)
	fail(err)
	answers := map[string][]bool{"notes": {}, "keys": {}, "paths": {}, "records": {}, "trees": {}}
	say := func(kind string, isGood bool) { answers[kind] = append(answers[kind], isGood) }
	for _, message := range asked.Notes {
		_, err := note.Open(message, note.VerifierList(verifier))
		say("notes", err == nil)
	}
	for _, key := range asked.Keys {
		_, err := note.NewVerifier(string(key))
		say("keys", err == nil)
	}
	for _, path := range asked.Paths {
		rest, isTile := strings.CutPrefix(path, "tile/")
		_, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", height, rest))
		say("paths", isTile && err == nil)
	}
	for _, record := range asked.Records {
		hashes, err := parseHashes(append([]string{record.Leaf, record.Root}, record.Proof...))
		say("records", err == nil && record.Index >= 0 && record.Index < record.Size &&
			tlog.CheckRecord(hashes[2:], record.Size, hashes[1], record.Index, hashes[0]) == nil)
	}
	for _, tree := range asked.Trees {
		hashes, err := parseHashes(append([]string{tree.OldRoot, tree.NewRoot}, tree.Proof...))
		say("trees", err == nil && tree.Old > 0 && tree.Old <= tree.New &&
			tlog.CheckTree(hashes[2:], tree.New, hashes[1], tree.Old, hashes[0]) == nil)
	}
	return print(answers)
}
