// Command codegen writes the SDK of a Pulumi package with the engine's own generators.
//
//	codegen LANGUAGE SCHEMA DIRECTORY LOADER
//
// LANGUAGE is python, nodejs or go; SCHEMA a JSON file; LOADER the address of the engine's schema
// loader, asked for other packages that the schema refers to. The language host runs it for
// `pulumi package add` and `pulumi package gen-sdk`.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-language-python"

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: codegen LANGUAGE SCHEMA DIRECTORY LOADER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(language, schemaFile, directory, address string) error {
	client, err := schema.NewLoaderClient(address)
	if err != nil {
		return err
	}
	loader := schema.NewCachedLoader(client)
	pkg, err := bind(schemaFile, loader)
	if err != nil {
		return err
	}
	files, err := generate(language, pkg, loader)
	if err != nil {
		return err
	}
	return write(directory, files)
}

func bind(schemaFile string, loader schema.ReferenceLoader) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, loader, schema.ValidationOptions{
		AllowDanglingReferences: true,
	})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return pkg, nil
}

func generate(
	language string, pkg *schema.Package, loader schema.ReferenceLoader,
) (map[string][]byte, error) {
	switch language {
	case "python":
		return python.GeneratePackage(tool, pkg, nil, loader)
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, loader)
	case "go":
		return golang.GeneratePackage(tool, pkg, nil)
	}
	return nil, fmt.Errorf("no generator for %q: it must be python, nodejs or go", language)
}

func write(directory string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
