#!/bin/sh
# Installs Nextflow without its launcher, which would download it from another place. Needs Java and Maven.
# Usage: install.sh FOLDER. The program is FOLDER/bin/nextflow.
set -e
folder=$1
mkdir -p "$folder/bin"
mvn -q -B -f "$(dirname "$0")/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/lib"
cat > "$folder/bin/nextflow" <<EOF
#!/bin/sh
export NXF_OFFLINE=true NXF_HOME="$folder/home"
exec java -cp "$folder/lib/*" nextflow.cli.Launcher "\$@"
EOF
chmod +x "$folder/bin/nextflow"
