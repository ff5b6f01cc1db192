// Uploads a file by the official tus client and says what became of it: resume.cjs LIBRARY ENDPOINT TOKEN FILE ROOM
const [library, endpoint, token, file, room] = process.argv.slice(2);
const fs = require('node:fs');
const tus = require(library);

const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint,
  uploadSize: fs.statSync(file).size,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: 'large.txt', filetype: 'text/plain', room_id: room, content: 'Resumed' },
  retryDelays: Array(200).fill(300),
  onAfterResponse: (request, response) => console.log(`${request.getMethod()} ${response.getStatus()}`),
  onError: (error) => {
    console.log(String(error));
    process.exit(1);
  },
  onSuccess: ({ lastResponse }) => console.log(`message ${lastResponse.getHeader('Upload-Message')}`),
});
upload.start();
