#!/bin/sh
# Writes to the file $1, as Markdown, what a release of $IMAGE would do and which settings this branch
# changes. Fails if either of the two fails.
set -eu
report=${1:?must be the file to write}
: "${IMAGE:?must be the image, such as registry.example.com/shop:1.4.2}"
: "${PULUMI_STACK:?must be the name of the stack}"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
failed=0

# A comment on GitHub holds 65,536 characters.
section() {
  title=$1
  shift
  code=0
  "$@" >"$said" 2>&1 || code=$?
  printf '### %s\n\n~~~~text\n' "$title"
  head -c 30000 "$said"
  printf '\n~~~~\n\n'
}

npx bluegreen refresh-config
{
  section "A release of \`$IMAGE\` to $PULUMI_STACK" npx bluegreen release --image "$IMAGE" --dry-run
  # 3: a check refuses at the moment, such as a freeze. The reader should see that; it is no failure.
  case $code in 0 | 3) ;; *) failed=$code ;; esac
  section "What the settings of this branch change" npx pulumi preview --non-interactive --color never
  [ "$code" -eq 0 ] || failed=$code
} >"$report"
cat "$report"
exit "$failed"
